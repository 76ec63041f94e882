import KVM

/// A device with a register that a guest writes to in order to signal an event, and that needs no
/// exit for it.
protocol DoorbellSource: AnyObject {
  /// What rings at this moment, or `nil` where every write must reach the device.
  var doorbell: DeviceDoorbell? { get }
  /// Changes whenever ``doorbell`` does.
  var doorbellVersion: UInt64 { get }
}

/// A register of a device whose writes signal an event.
struct DeviceDoorbell {
  /// Who answers where the register is.
  let device: any Device
  /// The register's offset in the device's range.
  let offset: UInt64
  /// The only value that signals; `nil` where all do.
  let value: UInt8?
  /// What is signalled.
  let event: Event

  /// A counter that devices and assignments share.
  final class Event: Sendable {
    let descriptor: EventDescriptor

    init() throws(KVMError) { descriptor = try EventDescriptor() }
  }
}
