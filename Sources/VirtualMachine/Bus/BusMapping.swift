/// A range of a bus's addresses and the device that answers there.
public struct BusMapping {
  /// The first and the last address.
  public let addresses: ClosedRange<UInt64>
  /// Who answers.
  public let device: any Device
  /// The device's offset of the first address: not 0 where only a later part of the device is
  /// reached.
  public let offset: UInt64

  /// Creates a mapping.
  public init(addresses: ClosedRange<UInt64>, device: any Device, offset: UInt64 = 0) {
    self.addresses = addresses
    self.device = device
    self.offset = offset
  }
}
