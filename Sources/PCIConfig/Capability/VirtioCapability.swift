/// Where a structure of a virtio device lies (Virtual I/O Device 1.2, 4.1.4).
public struct VirtioCapability: Hashable, Sendable {
  /// The vendor of virtio devices.
  public static let vendorID: UInt16 = 0x1AF4
  /// The devices of this vendor that are virtio ones (4.1.2).
  public static let deviceIDs: ClosedRange<UInt16> = 0x1000...0x107F

  /// Which structure it is (4.1.4.3 to 4.1.4.9).
  public enum Structure: Hashable, Sendable {
    /// The common configuration.
    case common
    /// The notifications; the queue's offset counts so many bytes.
    case notify(multiplier: UInt32)
    /// The interrupt status.
    case interruptStatus
    /// What is specific to the kind of device.
    case device
    /// Access to the structures through configuration space.
    case configurationAccess
    /// Shared memory.
    case sharedMemory
    /// The vendor's own.
    case vendor
    /// A number that version 1.2 does not define.
    case undefined(UInt8)
  }

  /// How many bytes the capability has.
  public let byteCount: UInt8
  /// Which structure it is.
  public let structure: Structure
  /// The base address register, 0 to 5.
  public let bar: UInt8
  /// Which of several structures of a kind it is.
  public let identifier: UInt8
  /// The offset in bytes behind the base address.
  public let offset: UInt64
  /// The size in bytes.
  public let size: UInt64

  /// Reads the capability, one of those with the vendor's number, 0x09.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - register: Where the capability begins.
  /// - Returns: `nil` where its registers are not reached.
  public init?(_ registers: some FunctionRegisters, at register: Register) {
    guard let words = registers.doublewords(of: register, count: 4) else { return nil }
    let kind = UInt8(truncatingIfNeeded: words[0] >> 24)
    var upper: [UInt32] = [0, 0]
    switch kind {
    case 1: structure = .common
    case 2:
      guard let more = registers.doublewords(of: register, at: 16, count: 1) else { return nil }
      structure = .notify(multiplier: more[0])
    case 3: structure = .interruptStatus
    case 4: structure = .device
    case 5: structure = .configurationAccess
    case 8:
      guard let more = registers.doublewords(of: register, at: 16, count: 2) else { return nil }
      upper = more
      structure = .sharedMemory
    case 9: structure = .vendor
    default: structure = .undefined(kind)
    }
    byteCount = UInt8(truncatingIfNeeded: words[0] >> 16)
    bar = UInt8(truncatingIfNeeded: words[1])
    identifier = UInt8(truncatingIfNeeded: words[1] >> 8)
    offset = UInt64(words[2]) | UInt64(upper[0]) << 32
    size = UInt64(words[3]) | UInt64(upper[1]) << 32
  }
}

extension Header {
  /// Whether it is that of a virtio device (Virtual I/O Device 1.2, 4.1.2).
  public var isVirtio: Bool {
    vendorID == VirtioCapability.vendorID && VirtioCapability.deviceIDs ~= deviceID
  }
}
