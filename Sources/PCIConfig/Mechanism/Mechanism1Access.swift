/// An access by PCI configuration mechanism #1: what to write to CONFIG_ADDRESS, and which port of
/// CONFIG_DATA then to read or write.
///
/// PCI Local Bus Specification 3.0, 3.2.2.3.2. Bits 1:0 of CONFIG_ADDRESS are read-only zeros:
/// the byte within the doubleword is chosen by the data port, never by the address.
public struct Mechanism1Access: Equatable, Sendable {
  /// The port of CONFIG_ADDRESS, to be written with 32 bits.
  public static let addressPort: UInt16 = 0xCF8
  /// The first port of CONFIG_DATA.
  public static let dataPort: UInt16 = 0xCFC

  /// The value for CONFIG_ADDRESS: enable in bit 31, bus in 23:16, device in 15:11, function in
  /// 10:8, register in 7:2, zero elsewhere.
  public let address: UInt32
  /// The data port: 0xCFC to 0xCFF, as the register's low two bits say.
  public let port: UInt16
  /// The width of the access at the data port.
  public let width: AccessWidth

  /// The value for CONFIG_ADDRESS.
  ///
  /// - Parameters:
  ///   - function: A function of segment 0.
  ///   - register: A register below 256.
  public static func address(of function: FunctionAddress, _ register: Register) -> UInt32 {
    1 << 31 | UInt32(function.routingID) << 8 | UInt32(register.offset & 0xFC)
  }

  /// Forms the access.
  ///
  /// - Parameter access: An access to segment 0 and a register below 256.
  /// - Throws: ``ReachError/segment(_:)``; ``ReachError/register(_:)``.
  public init(_ access: ConfigurationAccess) throws(ReachError) {
    guard access.function.segment == 0 else { throw .segment(access.function.segment) }
    guard !access.register.isExtended else { throw .register(access.register) }
    address = Self.address(of: access.function, access.register)
    port = Self.dataPort + (access.register.offset & 3)
    width = access.width
  }
}
