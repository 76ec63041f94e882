/// A set of functions, kept in ascending order.
///
/// A look-up is a binary search: the standard library's `Set` takes 4 KiB of a firmware image.
public struct FunctionSet: Hashable, Sendable {
  /// The functions, ascending, each once.
  public private(set) var functions: [FunctionAddress] = []

  /// Creates a set.
  ///
  /// - Parameter functions: The functions, in any order; duplicates count once.
  public init(_ functions: [FunctionAddress] = []) {
    for function in functions { insert(function) }
  }

  /// Returns whether a function is in the set.
  public func contains(_ function: FunctionAddress) -> Bool {
    let index = index(of: function)
    return index < functions.count && functions[index] == function
  }

  /// Adds a function; one that is in the set already changes nothing.
  @inline(never)
  public mutating func insert(_ function: FunctionAddress) {
    let index = index(of: function)
    guard index == functions.count || functions[index] != function else { return }
    functions.append(function)
    var last = functions.count - 1
    while last > index {
      functions.swapAt(last, last - 1)
      last -= 1
    }
  }

  /// The number of functions.
  public var count: Int { functions.count }

  /// Returns the number of functions that are less than a function.
  @inline(never)
  private func index(of function: FunctionAddress) -> Int {
    if let last = functions.last, last < function { return functions.count }
    var (first, end) = (0, functions.count)
    while first < end {
      let middle = (first + end) / 2
      if functions[middle] < function { first = middle + 1 } else { end = middle }
    }
    return first
  }
}

extension FunctionSet: ExpressibleByArrayLiteral {
  /// Creates a set of some functions.
  public init(arrayLiteral functions: FunctionAddress...) { self.init(functions) }
}
