import PCIConfig
import TestSupport
import Testing

@testable import VirtualMachine

/// The functions of a dump on buses of their own, driven as a processor drives them.
struct DumpRig {
  /// Where the window of the enhanced mechanism is at the start on a machine without PCIEXBAR.
  static let window: UInt64 = 0xE000_0000

  let rig: PCIRig

  init(_ dump: ConfigurationDump) throws { rig = try PCIRig(.replica(of: dump)) }

  init(_ functions: [ConfigurationDump.Function]) throws {
    try self.init(ConfigurationDump(functions))
  }

  // MARK: Both mechanisms

  /// Reads through mechanism #1.
  func read(_ address: FunctionAddress, _ register: UInt32, size: Int = 4) -> UInt32 {
    UInt32(rig.read(Self.number(address), register, size: size))
  }

  /// Writes through mechanism #1.
  func write(_ address: FunctionAddress, _ register: UInt32, _ value: UInt32, size: Int = 4) {
    rig.write(Self.number(address), register, UInt64(value), size: size)
  }

  /// The first 256 bytes, through mechanism #1.
  func bytes(of address: FunctionAddress) -> [UInt8] {
    stride(from: 0, to: 256, by: 4).flatMap { Self.little(read(address, $0)) }
  }

  /// All bytes, through a window.
  func page(of address: FunctionAddress, in window: UInt64 = Self.window) -> [UInt8] {
    let base = window + UInt64(address.routingID) << 12
    return stride(from: base, to: base + 4096, by: 8).flatMap { address in
      let value = rig.readMemory(address, size: 8)
      return Self.little(UInt32(truncatingIfNeeded: value)) + Self.little(UInt32(value >> 32))
    }
  }

  private static func number(_ address: FunctionAddress) -> UInt32 {
    PCIRig.root | UInt32(address.routingID) << 8
  }

  static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  // MARK: Dumps

  /// Makes a function from doublewords by their offsets; the others are zero.
  static func function(
    _ address: String, _ registers: [Int: UInt32], count: Int = 256
  ) throws -> ConfigurationDump.Function {
    var bytes = [UInt8](repeating: 0, count: count)
    for (offset, value) in registers {
      bytes.replaceSubrange(offset..<offset + 4, with: little(value))
    }
    return .init(
      address: try #require(FunctionAddress(address)), image: ConfigurationImage(bytes))
  }

  /// Makes a bridge with bus numbers.
  static func bridge(
    _ address: String, _ buses: ClosedRange<UInt32>
  ) throws -> ConfigurationDump.Function {
    let numbers = buses.upperBound << 16 | buses.lowerBound << 8
    return try function(
      address, [0: 0x0001_1234, 8: 0x0604_0000, 0xC: 0x0001_0000, 0x18: numbers])
  }

  /// Makes an ordinary function with a device number to know it by.
  static func device(_ address: String, _ id: UInt32) throws -> ConfigurationDump.Function {
    try function(address, [0: id << 16 | 0x1234])
  }
}
