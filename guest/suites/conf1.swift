// PCI configuration mechanism #1: the latch at 0xCF8, the data ports at 0xCFC to 0xCFF, and what
// they lead to. PCI30 is the PCI Local Bus Specification, revision 3.0.

import GuestProtocol
import PCIConfig
import Runtime

private let ports = Ports()
private let latch = Mechanism1Access.addressPort
private let data = Mechanism1Access.dataPort

private let mechanism: StaticString = "PCI30 3.2.2.3.2"
private let enabled: UInt32 = 1 << 31

private func setLatch(_ value: UInt32) {
  ports.write(port: latch, width: .doubleword, value: value)
}
private func readLatch() -> UInt32 { ports.read(port: latch, width: .doubleword) }

/// A function whose registers the lanes are tried on: the host bridge, or the first that answers.
private func subject() throws(Missing) -> FunctionAddress {
  try requireMechanism1()
  guard let first = functionsOfBus0.first else { throw Missing("pci-function") }
  return first
}

/// CONFIG_ADDRESS for a function's register.
private func address(_ function: FunctionAddress, _ register: UInt32) -> UInt32 {
  enabled | UInt32(function.routingID) << 8 | register
}

/// Reads the data port at an offset after the latch was set.
private func readData(_ address: UInt32, _ offset: UInt16, _ width: AccessWidth) -> UInt32 {
  setLatch(address)
  return ports.read(port: data + offset, width: width)
}

/// An access that crosses the end of CONFIG_DATA, which another register may follow.
private func crossing(
  _ offset: UInt16, _ width: AccessWidth
) throws(Missing) -> ReportedValue {
  let address = address(try subject(), 0)
  let registers = Crossing(
    first: readData(address, 0, .doubleword), second: readData(address + 4, 0, .doubleword))
  return registers.name(
    readData(address, offset, width), offset: UInt32(offset), width: width)
}

/// The functions of bus 0 that belong to a device of several.
private func multiFunctionDevices() -> [FunctionAddress] {
  functionsOfBus0.filter { $0.function == 0 && mechanism1.isMultiFunction($0) }
}

private func baseAddress(
  _ requirement: StaticString, where condition: (BaseAddress) -> Bool
) throws(Missing) -> BaseAddress {
  try requireMechanism1()
  for function in functionsOfBus0 {
    for candidate in mechanism1.baseAddresses(of: function) where condition(candidate) {
      return candidate
    }
  }
  throw Missing(requirement)
}

/// The checks of the suite.
public let checks: [Check] =
  presenceChecks + latchChecks + enableChecks + laneChecks + addressChecks + functionChecks
  + baseAddressChecks

private let presenceChecks = [
  // Without the mechanism every access is ordinary I/O that nothing claims: a clean absence.
  Check("conf1.presence.consistent", mechanism) {
    guard !mechanism1Answers else {
      return .expect("a function on bus 0", .count(functionsOfBus0.count), !functionsOfBus0.isEmpty)
    }
    var bits = UInt32.max
    for device in UInt32(0)..<32 {
      bits &= readData(enabled | device << 11, 0, .doubleword) & readLatch()
    }
    return .compare(.bits32(.max), .bits32(bits))
  }
]

private let latchChecks = [
  Check("conf1.latch.read-back", mechanism, wants: .bits32(0x80A5_5A58)) { () throws(Missing) in
    try requireMechanism1()
    setLatch(0x80A5_5A58)
    return .bits32(readLatch())
  },
  Check("conf1.latch.reserved-bits", mechanism, wants: .bits32(0x80FF_FFFC)) {
    () throws(Missing) in
    try requireMechanism1()
    setLatch(.max)
    return .bits32(readLatch())
  },
  // Not at 0xCF9, where chipsets have the reset control register.
  Check("conf1.latch.byte-writes", mechanism, wants: .bits32(0x8000_0844)) {
    () throws(Missing) in
    try requireMechanism1()
    setLatch(0x8000_0844)
    for offset in [UInt16(0), 2, 3] {
      ports.write(port: latch + offset, width: .byte, value: 0xA4)
    }
    return .bits32(readLatch())
  },
  Check("conf1.latch.word-write", mechanism, wants: .bits32(0x8000_0844)) {
    () throws(Missing) in
    try requireMechanism1()
    setLatch(0x8000_0844)
    ports.write(port: latch + 2, width: .word, value: 0x80A4)
    return .bits32(readLatch())
  },
  // Accesses that are not 32 bits wide pass to the bus, where nothing claims them.
  Check("conf1.latch.byte-reads", mechanism, wants: .hexadecimal(0xFF_FFFF, digits: 6)) {
    () throws(Missing) in
    try requireMechanism1()
    setLatch(0x8000_0844)
    var bytes: UInt64 = 0
    for offset in [UInt16(3), 2, 0] {
      bytes = bytes << 8 | UInt64(ports.read(port: latch + offset, width: .byte))
    }
    return .hexadecimal(bytes, digits: 6)
  },
  Check("conf1.latch.word-read", mechanism, wants: .bits16(0xFFFF)) { () throws(Missing) in
    try requireMechanism1()
    setLatch(0x8000_0844)
    return .bits16(ports.read(port: latch + 2, width: .word))
  },
  // Bits 15:8 of the address lie over 0xCF9; bits 1 and 2 there would reset the machine.
  Check("conf1.latch.reset-register", mechanism) { () throws(Missing) in
    try requireMechanism1()
    setLatch(enabled)
    let before = ports.read(port: latch + 1, width: .byte)
    setLatch(enabled | 0x0600)
    setLatch(enabled)
    return .compare(.bits8(before), .bits8(ports.read(port: latch + 1, width: .byte)))
  },
  Check("conf1.latch.data-access", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0x3C)
    let value = readData(address, 0, .byte)
    ports.write(port: data, width: .byte, value: value)
    return .compare(.bits32(address), .bits32(readLatch()))
  },
]

private let enableChecks = [
  Check("conf1.enable.clear-reads", mechanism, wants: .bits32(.max)) { () throws(Missing) in
    .bits32(readData(address(try subject(), 0) & ~enabled, 0, .doubleword))
  },
  Check("conf1.enable.clear-writes", mechanism) { () throws(Missing) in
    let function = try functionWithInterruptPin()
    let before = mechanism1.read(function, .interruptLine, .byte)
    setLatch(address(function, 0x3C) & ~enabled)
    ports.write(port: data, width: .byte, value: ~before)
    let after = mechanism1.read(function, .interruptLine, .byte)
    mechanism1.write(function, .interruptLine, .byte, before)
    return .compare(.bits8(before), .bits8(after))
  },
]

private let laneChecks = [
  Check("conf1.lanes.bytes", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0)
    var value: UInt32 = 0
    for offset in [UInt16(3), 2, 1, 0] { value = value << 8 | readData(address, offset, .byte) }
    return .compare(.bits32(readData(address, 0, .doubleword)), .bits32(value))
  },
  Check("conf1.lanes.words", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0)
    let value = readData(address, 2, .word) << 16 | readData(address, 0, .word)
    return .compare(.bits32(readData(address, 0, .doubleword)), .bits32(value))
  },
  Check("conf1.lanes.middle-word", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0)
    let doubleword = readData(address, 0, .doubleword)
    return .compare(.bits16(doubleword >> 8 & 0xFFFF), .bits16(readData(address, 1, .word)))
  },
  Check("conf1.lanes.byte-write", mechanism) { () throws(Missing) in
    let function = try functionWithInterruptPin()
    let before = mechanism1.read(function, .interruptLine)
    mechanism1.write(function, .interruptLine, .byte, ~before)
    let after = mechanism1.read(function, .interruptLine)
    mechanism1.write(function, .interruptLine, .byte, before)
    return .compare(.bits32(before & ~0xFF | ~before & 0xFF), .bits32(after))
  },
  // An access that crosses the doubleword becomes two on the bus; the second is no CONFIG_DATA.
  Check(observing: "conf1.crossing.word-at-cff", mechanism) { () throws(Missing) in
    try crossing(3, .word)
  },
  Check(observing: "conf1.crossing.doubleword-at-cfd", mechanism) { () throws(Missing) in
    try crossing(1, .doubleword)
  },
  Check(observing: "conf1.crossing.doubleword-at-cfe", mechanism) { () throws(Missing) in
    try crossing(2, .doubleword)
  },
]

private let addressChecks = [
  // The data port chooses the byte; the address has no bits for it.
  Check("conf1.address.low-bits", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0)
    return .compare(
      .bits16(readData(address, 0, .word)), .bits16(readData(address | 2, 0, .word)))
  },
  Check("conf1.address.reserved-bits", mechanism) { () throws(Missing) in
    let address = address(try subject(), 0)
    return .compare(
      .bits32(readData(address, 0, .doubleword)),
      .bits32(readData(address | 0x7000_0000, 0, .doubleword)))
  },
  // AMD's processors can be told to take bits 27:24 as register bits 11:8; at reset they are not.
  Check("conf1.address.extended-register", "PCI30 3.2.2.3.2; AMD BKDG 31116 MSRC001_001F[46]") {
    () throws(Missing) in
    let address = address(try subject(), 0)
    return .compare(
      .bits32(readData(address, 0, .doubleword)),
      .bits32(readData(address | 0x0100_0000, 0, .doubleword)))
  },
]

private let functionChecks = [
  Check("conf1.absent.device", "PCI30 3.2.2.3.4, 6.1", wants: .bits32(.max)) {
    () throws(Missing) in
    try requireMechanism1()
    guard let device = mechanism1.absentDevice(ofBus: 0) else { throw Missing("absent-device") }
    return .bits32(mechanism1.absence(of: device))
  },
  // The last bus, or one of a few before: processors have the last ones on some machines.
  Check("conf1.absent.bus", "PCI30 3.2.2.3.4, 6.1", wants: .bits32(.max)) { () throws(Missing) in
    try requireMechanism1()
    let last = UInt16(0xFF00)
    let absent = stride(from: last, through: 0xF000, by: -0x100)
      .first { !mechanism1.isPresent(FunctionAddress(routingID: $0)) }
    return .bits32(mechanism1.absence(of: FunctionAddress(routingID: absent ?? last)))
  },
  Check("conf1.absent.function", "PCI30 3.2.2.3.4, 6.1", wants: .bits32(.max)) {
    () throws(Missing) in
    try requireMechanism1()
    var bits: UInt32?
    for device in multiFunctionDevices() {
      for function in UInt8(1)..<8 where !mechanism1.isPresent(device.sibling(function)) {
        bits = (bits ?? .max) & mechanism1.absence(of: device.sibling(function))
        bits = (bits ?? .max) & mechanism1.read(device.sibling(function), 0x3C)
      }
    }
    guard let bits else { throw Missing("multi-function") }
    return .bits32(bits)
  },
  // A device of one function may answer for all eight.
  Check(observing: "conf1.single-function.others", "PCI30 3.2.2.3.4") { () throws(Missing) in
    try requireMechanism1()
    var answering = 0
    for device in functionsOfBus0 where device.function == 0 && !mechanism1.isMultiFunction(device)
    {
      for function in UInt8(1)..<8 where mechanism1.isPresent(device.sibling(function)) {
        answering += 1
      }
    }
    return .count(answering)
  },
  Check("conf1.multi-function.function-0", "PCI30 6.2.1", wants: .count(0)) { () throws(Missing) in
    try requireMechanism1()
    var headless = 0
    for device in UInt16(0)..<32 {
      let first = FunctionAddress(routingID: device << 3)
      guard !mechanism1.isPresent(first) else { continue }
      for function in UInt8(1)..<8 where mechanism1.isPresent(first.sibling(function)) {
        headless += 1
      }
    }
    return .count(headless)
  },
  Check("conf1.read-only.identification", "PCI30 6.2.1") { () throws(Missing) in
    try requireMechanism1()
    if functionsOfBus0.isEmpty { throw Missing("pci-function") }
    for function in functionsOfBus0 {
      for register in [Register.vendorID, .revisionID] {
        let before = mechanism1.read(function, register)
        mechanism1.write(function, register, .doubleword, ~before)
        let after = mechanism1.read(function, register)
        if after != before { return .compare(.bits32(before), .bits32(after)) }
      }
    }
    return .compare(.text("unchanged"), .text("unchanged"))
  },
  Check("conf1.command.memory-space", "PCI30 6.2.2") { () throws(Missing) in
    let address = try baseAddress("memory-bar") { !$0.isIO }
    let function = address.function
    let command = mechanism1.read(function, .command, .word)
    let base = mechanism1.read(function, address.register)
    // Somewhere out of the way: at address 0 the range would lie over memory.
    mechanism1.write(function, address.register, .doubleword, 0xC000_0000)
    mechanism1.write(function, .command, .word, command ^ 2)
    let toggled = mechanism1.read(function, .command, .word)
    mechanism1.write(function, .command, .word, command)
    let restored = mechanism1.read(function, .command, .word)
    mechanism1.write(function, address.register, .doubleword, base)
    return .compare(
      .bits32(command << 16 | command ^ 2), .bits32(restored << 16 | toggled))
  },
]

private let baseAddressChecks = [
  Check("conf1.bar.well-formed", "PCI30 6.2.5.1", wants: .text("all")) { () throws(Missing) in
    try requireMechanism1()
    let addresses = functionsOfBus0.flatMap { mechanism1.baseAddresses(of: $0) }
    if addresses.isEmpty { throw Missing("memory-bar") }
    guard let malformed = addresses.first(where: { !$0.isWellFormed }) else { return .text("all") }
    return .bits32(malformed.mask)
  },
  Check("conf1.bar.bytes", "PCI30 6.2.5.1") { () throws(Missing) in
    let address = try baseAddress("memory-bar") { !$0.isIO }
    let function = address.function
    let bytes = mechanism1.withoutDecoding(function) {
      let before = mechanism1.read(function, address.register)
      for byte in UInt16(0)..<4 {
        mechanism1.write(function, sequence(address.register, byte), .byte, 0xFF)
      }
      var mask: UInt32 = 0
      for byte in [UInt16(3), 2, 1, 0] {
        mask = mask << 8 | mechanism1.read(function, sequence(address.register, byte), .byte)
      }
      mechanism1.write(function, address.register, .doubleword, before)
      return mask
    }
    return .compare(.bits32(address.mask), .bits32(bytes))
  },
  Check("conf1.bar.restored", "PCI30 6.2.5.1") { () throws(Missing) in
    let address = try baseAddress("memory-bar") { !$0.isIO }
    return mechanism1.withoutDecoding(address.function) {
      let before = mechanism1.read(address.function, address.register)
      let wanted = 0xA5A5_A5A5 & address.mask & ~15 | address.mask & 15
      mechanism1.write(address.function, address.register, .doubleword, 0xA5A5_A5A5)
      _ = mechanism1.size(address.function, address.register)
      let after = mechanism1.read(address.function, address.register)
      mechanism1.write(address.function, address.register, .doubleword, before)
      return .compare(.bits32(wanted), .bits32(after))
    }
  },
  Check("conf1.bar.io", "PCI30 6.2.5.1") { () throws(Missing) in
    let mask = try baseAddress("io-bar") { $0.isIO }.mask
    return .expect(
      "bit 0 set, bit 1 clear, at most 256 bytes", .bits32(mask), mask & 0xFF03 == 0xFF01)
  },
  Check("conf1.bar.64-bit", "PCI30 6.2.5.1") { () throws(Missing) in
    let address = try baseAddress("bar64") { $0.is64Bit }
    let upper = mechanism1.size(address.function, address.upper)
    let mask = UInt64(upper) << 32 | UInt64(address.mask & ~15)
    return .expect(
      "ones above the size, zeros below", .hexadecimal(mask, digits: 16),
      mask.isUnbrokenMask)
  },
  Check("conf1.bar.unimplemented", "PCI30 6.2.5.1", wants: .bits32(0)) { () throws(Missing) in
    try requireMechanism1()
    // Function 0 of an ISA bridge, or whatever has no base address at all.
    for function in functionsOfBus0 where mechanism1.read(function, .headerType, .byte) & 0x7F == 0
    {
      guard mechanism1.baseAddresses(of: function).isEmpty else { continue }
      var bits: UInt32 = 0
      for index in UInt16(0)..<6 {
        let register = sequence(.baseAddress0, index * 4)
        bits |= mechanism1.size(function, register, writing: 0x5A5A_5A5A)
      }
      return .bits32(bits)
    }
    throw Missing("bar-free-function")
  },
  Check("conf1.rom-bar.enable", "PCI30 6.2.5.2") { () throws(Missing) in
    try requireMechanism1()
    for function in functionsOfBus0 where mechanism1.read(function, .headerType, .byte) & 0x7F == 0
    {
      let mask = mechanism1.size(function, .expansionROM)
      guard mask != 0 else { continue }
      let address = mask & 0xFFFF_F800
      return .expect(
        "bit 0 writable, bits 10:1 clear, ones above the size", .bits32(mask),
        mask & 0x7FF == 1 && address.isUnbrokenMask)
    }
    throw Missing("rom-bar")
  },
]
