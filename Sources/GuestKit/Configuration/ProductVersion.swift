/// A version as products number themselves: decimal numbers separated by dots.
public struct ProductVersion: Sendable {
  /// The version as the product gives it.
  public let text: String
  private let numbers: [Int]

  /// Creates a version.
  ///
  /// - Parameter text: Such as `7.2.22`.
  /// - Returns: `nil` where it is not numbers separated by dots.
  public init?(_ text: some StringProtocol) {
    var numbers: [Int] = []
    for part in text.split(separator: ".", omittingEmptySubsequences: false) {
      guard part.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = Int(part)
      else { return nil }
      numbers.append(number)
    }
    self.text = String(text)
    self.numbers = numbers
  }
}

extension ProductVersion: Comparable {
  /// Whether the numbers are the same; numbers that are missing count as zero.
  public static func == (left: ProductVersion, right: ProductVersion) -> Bool {
    !(left < right) && !(right < left)
  }

  /// Orders number by number; numbers that are missing count as zero.
  public static func < (left: ProductVersion, right: ProductVersion) -> Bool {
    for index in 0..<max(left.numbers.count, right.numbers.count) {
      let first = index < left.numbers.count ? left.numbers[index] : 0
      let second = index < right.numbers.count ? right.numbers[index] : 0
      if first != second { return first < second }
    }
    return false
  }
}

extension ProductVersion: CustomStringConvertible {
  /// The version as the product gives it.
  public var description: String { text }
}
