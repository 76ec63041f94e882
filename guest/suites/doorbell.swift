// Doorbells: writes that signal somebody without reaching the device. QEMU's test device, which vmm
// has too, counts those that do reach it (QEMU docs/specs/pci-testdev).

import GuestProtocol
import PCIConfig
import Runtime

private let interface: StaticString = "QEMU docs/specs/pci-testdev"
private let memoryBase: UInt64 = 0xC000_0000
private let portBase: UInt16 = 0xC000
private let writes = 25

/// Where the device is, its memory and ports placed and decoded.
private let device: FunctionAddress? = {
  guard mechanism1Answers else { return nil }
  for function in functionsOfBus0 where mechanism1.read(function, .vendorID) == 0x0005_1B36 {
    mechanism1.write(function, .baseAddress0, .doubleword, UInt32(memoryBase))
    mechanism1.write(function, 0x14, .doubleword, UInt32(portBase))
    mechanism1.write(function, .command, .word, 3)
    IdentityMap.map(memoryBase...(memoryBase + 0xFFF))
    return function
  }
  return nil
}()

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

  /// Starts a test and tells where to write, what, and how wide.
  func start(_ test: UInt32) throws(Missing) -> (place: UInt32, value: UInt32, width: AccessWidth) {
    guard device != nil else { throw Missing("test-device") }
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
  func count(of test: UInt32) throws(Missing) -> ReportedValue {
    let (place, value, width) = try start(test)
    for _ in 0..<writes { write(place, width, value) }
    return .count(Int(read(12, .doubleword)))
  }

  /// The name of a test.
  func name(of test: UInt32) throws(Missing) -> ReportedValue {
    _ = try start(test)
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
  Check("doorbell.memory.name", interface, wants: ascii("mmio-no-eventfd")) {
    () throws(Missing) in try Range.memory.name(of: 0)
  },
  Check("doorbell.ports.name", interface, wants: ascii("portio-no-eventfd")) {
    () throws(Missing) in try Range.ports.name(of: 0)
  },
  Check("doorbell.memory.none", interface, wants: .count(writes)) { () throws(Missing) in
    try Range.memory.count(of: 0)
  },
  Check("doorbell.memory.any-value", interface, wants: .count(0)) { () throws(Missing) in
    try Range.memory.count(of: 1)
  },
  Check("doorbell.memory.one-value", interface, wants: .count(0)) { () throws(Missing) in
    try Range.memory.count(of: 2)
  },
  Check("doorbell.ports.none", interface, wants: .count(writes)) { () throws(Missing) in
    try Range.ports.count(of: 0)
  },
  Check("doorbell.ports.any-value", interface, wants: .count(0)) { () throws(Missing) in
    try Range.ports.count(of: 1)
  },
  Check("doorbell.ports.one-value", interface, wants: .count(0)) { () throws(Missing) in
    try Range.ports.count(of: 2)
  },
  // Another value than the doorbell's reaches the device, which does not count it.
  Check("doorbell.memory.other-value", interface, wants: .count(0)) { () throws(Missing) in
    let (place, value, width) = try Range.memory.start(2)
    for _ in 0..<writes { Range.memory.write(place, width, ~value) }
    return .count(Int(Range.memory.read(12, .doubleword)))
  },
  Check("doorbell.memory.restarted", interface, wants: .count(0)) { () throws(Missing) in
    _ = try Range.memory.count(of: 0)
    _ = try Range.memory.start(0)
    return .count(Int(Range.memory.read(12, .doubleword)))
  },
  // The doorbell goes where the memory goes.
  Check("doorbell.memory.moved", interface, wants: .count(0)) { () throws(Missing) in
    let (place, value, width) = try Range.memory.start(1)
    guard let device else { throw Missing("test-device") }
    let elsewhere = memoryBase + 0x1000
    IdentityMap.map(elsewhere...(elsewhere + 0xFFF))
    mechanism1.write(device, .baseAddress0, .doubleword, UInt32(elsewhere))
    for _ in 0..<writes {
      Memory().write(address: elsewhere + UInt64(place), width: width, value: value)
    }
    let count = Memory().read(address: elsewhere + 12, width: .doubleword)
    mechanism1.write(device, .baseAddress0, .doubleword, UInt32(memoryBase))
    return .count(Int(count))
  },
]
