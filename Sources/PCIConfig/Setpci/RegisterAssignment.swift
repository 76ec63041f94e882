/// Which registers of a function are to be changed, and how, in setpci's words (setpci(8)):
/// `expression=value[:mask][,value[:mask]…]`, for example `COMMAND=4:4`. Several values are for
/// consecutive registers.
public struct RegisterAssignment: Hashable, Sendable {
  /// A value for some bits of a register.
  public struct Value: Hashable, Sendable {
    /// The bits, 0 where the mask is 0.
    public let value: UInt32
    /// Which bits are meant: 1 for each.
    public let mask: UInt32

    /// Creates a value.
    ///
    /// - Parameters:
    ///   - value: The bits; those outside `mask` do not count.
    ///   - mask: Which bits are meant.
    public init(_ value: UInt32, mask: UInt32) {
      self.value = value & mask
      self.mask = mask
    }

    /// The register's value after the change.
    ///
    /// - Parameter old: Its value before.
    public func applied(to old: UInt32) -> UInt32 { old & ~mask | value }
  }

  /// The first register.
  public let target: RegisterExpression
  /// The values, at least one, all as wide as the register.
  public let values: [Value]

  /// Reads an assignment. Numbers are hexadecimal. Unlike setpci it takes no empty value before a
  /// mask for 0.
  ///
  /// - Parameter text: `expression=value[:mask][,value[:mask]…]`.
  /// - Throws: ``RegisterExpressionError``.
  public init(_ text: String) throws(RegisterExpressionError) {
    var target = Array(text.utf8)[...]
    guard let list = target.cutBehindFirst("="), !list.isEmpty else { throw .missingValue }
    let parts = list.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let expression = try RegisterExpression(target, count: parts.count)
    var values: [Value] = []
    for part in parts { values.append(try Value(part, expression.width)) }
    self.target = expression
    self.values = values
  }
}

extension RegisterAssignment.Value {
  fileprivate init(
    _ text: ArraySlice<UInt8>, _ width: AccessWidth
  ) throws(RegisterExpressionError) {
    var value = text
    var mask = width.allOnes
    if let part = value.cutBehindFirst(":") { mask = try Self.number(part, width) }
    self.init(try Self.number(value, width), mask: mask)
  }

  private static func number(
    _ text: ArraySlice<UInt8>, _ width: AccessWidth
  ) throws(RegisterExpressionError) -> UInt32 {
    guard let number = text.number else { throw .invalidValue(text.text) }
    guard number <= width.allOnes else { throw .valueOutOfRange(text.text, width) }
    return UInt32(number)
  }
}
