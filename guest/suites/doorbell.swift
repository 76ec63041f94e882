// Doorbells: writes that signal somebody without reaching the device. QEMU's test device, which vmm
// has too, counts those that do reach it (QEMU docs/specs/pci-testdev).

import GuestProtocol
import PCIConfig
import Runtime

private let interface: StaticString = "QEMU docs/specs/pci-testdev"
private let memoryBase: UInt64 = 0xC000_0000
private let portBase: UInt16 = 0xC000
private let writes = 25

private let device = functionsOfBus0.first { mechanism1.read($0, .vendorID) == 0x0005_1B36 }
private let memoryRegister = Register.baseAddress0
private let portRegister: Register = 0x14

/// Does something with the device while its memory and ports are placed and decoded.
private func withDevice(
  _ body: (FunctionAddress) throws(Missing) -> ReportedValue
) throws(Missing) -> ReportedValue {
  guard let device else { throw Missing("test-device") }
  let command = mechanism1.read(device, .command, .word)
  let memory = mechanism1.read(device, memoryRegister)
  let ports = mechanism1.read(device, portRegister)
  place(device, memory: UInt32(memoryBase), ports: UInt32(portBase), command: command | 3)
  defer { place(device, memory: memory, ports: ports, command: command) }
  IdentityMap.map(memoryBase...(memoryBase + 0xFFF))
  return try body(device)
}

/// Writes the device's base addresses while it does not decode, then its command register.
private func place(_ device: FunctionAddress, memory: UInt32, ports: UInt32, command: UInt32) {
  mechanism1.write(device, .command, .word, command & ~3)
  mechanism1.write(device, memoryRegister, .doubleword, memory)
  mechanism1.write(device, portRegister, .doubleword, ports)
  mechanism1.write(device, .command, .word, command)
}

/// A check of the device.
private func check(
  _ id: StaticString, wants wanted: ReportedValue,
  _ body: @escaping @Sendable (FunctionAddress) throws(Missing) -> ReportedValue
) -> Check {
  Check(id, interface, wants: wanted) { () throws(Missing) in try withDevice(body) }
}

/// One of the device's two ranges.
private enum Range {
  case memory, ports

  func read(_ offset: UInt32, _ width: AccessWidth) -> UInt32 {
    switch self {
    case .memory: Memory().read(address: memoryBase + UInt64(offset), width: width)
    case .ports: Ports().read(port: portBase + UInt16(truncatingIfNeeded: offset), width: width)
    }
  }

  func write(_ offset: UInt32, _ width: AccessWidth, _ value: UInt32) {
    switch self {
    case .memory:
      Memory().write(address: memoryBase + UInt64(offset), width: width, value: value)
    case .ports:
      Ports().write(
        port: portBase + UInt16(truncatingIfNeeded: offset), width: width, value: value)
    }
  }

  /// Starts a test and returns where to write, what, and how wide.
  func start(_ test: UInt32) -> (place: UInt32, value: UInt32, width: AccessWidth) {
    write(0, .byte, test)
    let width: AccessWidth =
      switch read(1, .byte) {
      case 2: .word
      case 4: .doubleword
      default: .byte
      }
    return (read(4, .doubleword), read(8, .doubleword), width)
  }

  /// How many writes of the test's value reach the device.
  func count(of test: UInt32) -> ReportedValue {
    let (place, value, width) = start(test)
    for _ in 0..<writes { write(place, width, value) }
    return .count(Int(read(12, .doubleword)))
  }

  /// The name of a test.
  func name(of test: UInt32) -> ReportedValue {
    _ = start(test)
    var name: [UInt8] = []
    var offset: UInt32 = 16
    while offset < 48 {
      let character = UInt8(truncatingIfNeeded: read(offset, .byte))
      if character == 0 { break }
      name.append(character)
      offset += 1
    }
    return .bytes(name)
  }
}

private func ascii(_ text: StaticString) -> ReportedValue {
  .bytes(text.withUTF8Buffer { Array($0) })
}

/// The checks of the suite.
public let checks: [Check] = [
  check("doorbell.memory.name", wants: ascii("mmio-no-eventfd")) { _ in Range.memory.name(of: 0) },
  check("doorbell.ports.name", wants: ascii("portio-no-eventfd")) { _ in Range.ports.name(of: 0) },
  check("doorbell.memory.none", wants: .count(writes)) { _ in Range.memory.count(of: 0) },
  check("doorbell.memory.any-value", wants: .count(0)) { _ in Range.memory.count(of: 1) },
  check("doorbell.memory.one-value", wants: .count(0)) { _ in Range.memory.count(of: 2) },
  check("doorbell.ports.none", wants: .count(writes)) { _ in Range.ports.count(of: 0) },
  check("doorbell.ports.any-value", wants: .count(0)) { _ in Range.ports.count(of: 1) },
  check("doorbell.ports.one-value", wants: .count(0)) { _ in Range.ports.count(of: 2) },
  // A value other than the doorbell's reaches the device, which does not count it.
  check("doorbell.memory.other-value", wants: .count(0)) { _ in
    let (place, value, width) = Range.memory.start(2)
    for _ in 0..<writes { Range.memory.write(place, width, ~value) }
    return .count(Int(Range.memory.read(12, .doubleword)))
  },
  check("doorbell.memory.restarted", wants: .count(0)) { _ in
    _ = Range.memory.count(of: 0)
    _ = Range.memory.start(0)
    return .count(Int(Range.memory.read(12, .doubleword)))
  },
  // The doorbell moves with the memory.
  check("doorbell.memory.moved", wants: .count(0)) { device in
    let (place, value, width) = Range.memory.start(1)
    let elsewhere = memoryBase + 0x1000
    IdentityMap.map(elsewhere...(elsewhere + 0xFFF))
    mechanism1.write(device, memoryRegister, .doubleword, UInt32(elsewhere))
    for _ in 0..<writes {
      Memory().write(address: elsewhere + UInt64(place), width: width, value: value)
    }
    return .count(Int(Memory().read(address: elsewhere + 12, width: .doubleword)))
  },
]
