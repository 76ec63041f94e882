import PCIConfig
import Testing

@testable import VirtualMachine

/// The PCI functions of the machine on buses of their own, driven as a processor drives them.
struct PCIRig {
  static let root: UInt32 = 0x8000_0000
  static let hostBridge: UInt32 = root
  static let rootPort: UInt32 = root | 1 << 11
  static let conventional: UInt32 = root | 2 << 11
  static let sibling: UInt32 = conventional | 1 << 8
  static let integrated: UInt32 = root | 3 << 11
  static let endpoint: UInt32 = root | 1 << 16

  let host: PCIHost
  let memory: Bus
  private(set) var ports: Bus

  init(_ host: PCIHost = .q35()) throws {
    self.host = host
    ports = Bus(.ports, decoder: host)
    try ports.add(host.addressPort, at: 0xCF8...0xCFB)
    try ports.add(host.dataPort, at: 0xCFC...0xCFF)
    memory = Bus(.memory, decoder: host)
  }

  // MARK: Mechanism #1

  func out(_ port: UInt64, _ value: UInt64, size: Int = 4) {
    ports.write(value, at: port, size: size)
  }

  func `in`(_ port: UInt64, size: Int = 4) -> UInt64 { ports.read(at: port, size: size) }

  func read(_ function: UInt32, _ register: UInt32, size: Int = 4) -> UInt64 {
    out(0xCF8, UInt64(function | register & 0xFC))
    return `in`(0xCFC + UInt64(register & 3), size: size)
  }

  func write(_ function: UInt32, _ register: UInt32, _ value: UInt64, size: Int = 4) {
    out(0xCF8, UInt64(function | register & 0xFC))
    out(0xCFC + UInt64(register & 3), value, size: size)
  }

  // MARK: The enhanced mechanism

  static let window: UInt64 = 0xB000_0000

  /// Enables a window of 256 buses at ``window``.
  func enableWindow() {
    write(Self.hostBridge, 0x64, 0)
    write(Self.hostBridge, 0x60, Self.window | 1)
  }

  func address(_ function: UInt32, _ register: UInt64 = 0) -> UInt64 {
    Self.window + UInt64(function & 0x00FF_FF00) << 4 + register
  }

  func readMemory(_ address: UInt64, size: Int = 4) -> UInt64 {
    memory.read(at: address, size: size)
  }

  func writeMemory(_ address: UInt64, _ value: UInt64, size: Int = 4) {
    memory.write(value, at: address, size: size)
  }

  /// Gives the bus behind the root port number 1.
  func numberBuses() { write(Self.rootPort, 0x18, 0x0001_0100) }
}
