/// A message-signalled interrupt: what a device writes and where (Intel SDM volume 3, "Message
/// Signalled Interrupts").
public struct MSIMessage: Hashable, Sendable {
  /// The address, in 0xFEE00000...0xFEEFFFFF.
  public var address: UInt64
  /// The data: the vector in bits 0 to 7.
  public var data: UInt32

  /// Creates a message from its parts.
  public init(address: UInt64, data: UInt32) {
    self.address = address
    self.data = data
  }

  /// Creates an edge-triggered message of fixed delivery to one processor.
  ///
  /// - Parameters:
  ///   - vector: The vector; local APICs accept 16 and more.
  ///   - processor: The processor's APIC id.
  public init(vector: UInt8, processor: UInt8 = 0) {
    self.init(address: 0xFEE0_0000 | UInt64(processor) << 12, data: UInt32(vector))
  }
}

extension MSIMessage: CustomStringConvertible {
  /// Such as `MSI 0x51 to 0xfee00000`.
  public var description: String { "MSI \(hexadecimal(data)) to \(hexadecimal(address))" }
}
