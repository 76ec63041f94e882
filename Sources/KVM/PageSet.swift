/// Some pages of a memory slot, by their numbers: the slot's first page is page 0.
public struct PageSet: Equatable, Sendable {
  /// A bit for each page, as KVM lays them out.
  private var words: [UInt64]

  /// - Parameter words: A bit for each page, page 0 being the least significant one of the first
  ///   word.
  init(words: [UInt64]) { self.words = words }

  /// Whether a page is one of them.
  ///
  /// - Parameter page: The page's number; any that the slot does not have is not one of them.
  public func contains(_ page: Int) -> Bool {
    guard words.indices.contains(page >> 6) else { return false }
    return words[page >> 6] >> UInt64(page & 63) & 1 != 0
  }

  /// Whether there are none.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// How many there are.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }
}

extension PageSet: Sequence {
  /// Goes through the numbers in ascending order.
  public struct Iterator: IteratorProtocol {
    fileprivate let words: [UInt64]
    fileprivate var index = 0
    fileprivate var rest: UInt64

    /// The next number, or `nil` at the end.
    public mutating func next() -> Int? {
      while rest == 0 {
        index += 1
        guard index < words.count else { return nil }
        rest = words[index]
      }
      defer { rest &= rest - 1 }
      return index << 6 + rest.trailingZeroBitCount
    }
  }

  /// Goes through the numbers in ascending order.
  public func makeIterator() -> Iterator { Iterator(words: words, rest: words.first ?? 0) }
}
