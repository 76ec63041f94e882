/// What a function is: the class code (PCI Local Bus Specification 3.0, 6.2.1 and appendix D).
public struct ClassCode: Hashable, Sendable {
  /// The base class, for example 0x06 for bridges.
  public let base: UInt8
  /// The class within the base class.
  public let sub: UInt8
  /// The programming interface.
  public let interface: UInt8

  /// Creates a class code.
  ///
  /// - Parameters:
  ///   - base: The base class.
  ///   - sub: The class within it.
  ///   - interface: The programming interface.
  public init(base: UInt8, sub: UInt8, interface: UInt8) {
    self.base = base
    self.sub = sub
    self.interface = interface
  }
}

extension ClassCode: CustomStringConvertible {
  /// The six digits of the register, for example `060400`.
  public var description: String {
    hexadecimal(base, digits: 2) + hexadecimal(sub, digits: 2) + hexadecimal(interface, digits: 2)
  }
}
