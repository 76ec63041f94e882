/// One access to configuration space: which function, which register, how wide.
public struct ConfigurationAccess: Hashable, Sendable {
  /// The function.
  public let function: FunctionAddress
  /// The first register that is accessed, a multiple of the width.
  public let register: Register
  /// The width.
  public let width: AccessWidth

  /// Creates a naturally aligned access.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - register: A multiple of `width`.
  ///   - width: The width.
  /// - Throws: ``AddressError/misaligned(_:_:)``. A naturally aligned access stays within one
  ///   doubleword; another one may cross it, and what happens then no specification says
  ///   (PCI Express Base Specification 6.0, 7.2.2).
  public init(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth
  ) throws(AddressError) {
    guard Int(register.offset) % width.byteCount == 0 else { throw .misaligned(register, width) }
    self.function = function
    self.register = register
    self.width = width
  }

  /// Creates an access to a register that is known to be a multiple of the width; another one traps.
  ///
  /// - Parameters:
  ///   - register: A multiple of `width`.
  ///   - width: The width.
  ///   - function: The function.
  public init(aligned register: Register, _ width: AccessWidth, of function: FunctionAddress) {
    precondition(
      Int(register.offset) % width.byteCount == 0, "the register is a multiple of the width")
    self.function = function
    self.register = register
    self.width = width
  }
}

extension ConfigurationAccess: CustomStringConvertible {
  /// For example `0000:00:1f.3 0x40.l`, with setpci's letters for the width.
  public var description: String {
    "\(function) \(register).\(width.letter)"
  }
}
