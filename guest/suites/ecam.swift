// The Enhanced Configuration Access Mechanism, through the window that a guest opens itself by the
// PCIEXBAR register of Intel's Q35 host bridge (datasheet 316966). PCIE60 is the PCI Express
// Base Specification, revision 6.0; PCI30 the PCI Local Bus Specification, revision 3.0.

import CGuest
import CX86
import GuestProtocol
import PCIConfig
import Runtime

private let memory = Memory()
private let mechanism: StaticString = "PCIE60 7.2.2"
private let datasheet: StaticString = "Intel 316966 PCIEXBAR"

/// The address at which the suite opens the window, another one, and one for 64 buses alone.
private let home: UInt64 = 0xB000_0000
private let inside: UInt64 = 0xB400_0000
private let elsewhere: UInt64 = 0xD000_0000

private func hostBridge() throws(Missing) -> UInt32 {
  guard let value = ExpressWindow.atReset else { throw Missing("pciexbar") }
  return value
}

/// The window, opened.
private func window(
  _ base: UInt64 = home, _ length: ExpressWindow.Length = .buses256
) throws(Missing) -> ECAM<Memory> {
  try ExpressWindow.open(at: base, length)
}

/// The first function that has, or has not, a PCI Express capability.
private func function(isExpress: Bool) throws(Missing) -> FunctionAddress {
  _ = try hostBridge()
  for function in functionsOfBus0
  where (mechanism1.expressCapability(of: function) != nil) == isExpress {
    return function
  }
  throw Missing(isExpress ? "pcie" : "conventional-pci")
}

/// The address of a function's register in the window at its first place.
private func address(_ function: FunctionAddress, _ register: UInt64) -> UInt {
  UInt(home + UInt64(function.routingID) << 12 + register)
}

/// The checks of the suite.
public let checks: [Check] =
  (windowChecks + agreementChecks + shapeChecks + extendedChecks + absenceChecks + movingChecks
  + instructionChecks).map { $0.restoringWindow() }

private let windowChecks = [
  Check("ecam.window.at-reset", datasheet) { () throws(Missing) in
    .compare(.count(0), .decimal(UInt64(try hostBridge() & 1)))
  },
  Check("ecam.window.never-opened", "PCI30 3.3.3.1, 6.1", wants: .bits32(.max)) {
    () throws(Missing) in
    _ = try hostBridge()
    ExpressWindow.close()
    IdentityMap.map(home...home)
    return .bits32(memory.read(address: home, width: .doubleword))
  },
]

private let agreementChecks = [
  Check("ecam.identity.doubleword", mechanism) { () throws(Missing) in
    .compare(
      .bits32(mechanism1.read(.hostBridge, .vendorID)),
      .bits32(try window().read(.hostBridge, .vendorID)))
  },
  Check("ecam.identity.words", mechanism) { () throws(Missing) in
    let window = try window()
    let value =
      window.read(.hostBridge, .deviceID, .word) << 16 | window.read(.hostBridge, .vendorID, .word)
    return .compare(.bits32(mechanism1.read(.hostBridge, .vendorID)), .bits32(value))
  },
  Check("ecam.identity.bytes", mechanism) { () throws(Missing) in
    let window = try window()
    var value: UInt32 = 0
    for register in [Register(3), 2, 1, 0] {
      value = value << 8 | window.read(.hostBridge, register, .byte)
    }
    return .compare(.bits32(mechanism1.read(.hostBridge, .vendorID)), .bits32(value))
  },
  Check("ecam.agreement.registers", mechanism, wants: .count(0)) { () throws(Missing) in
    let window = try window()
    var differences = 0
    for function in functionsOfBus0 {
      for offset in stride(from: UInt16(0), to: 256, by: 4) {
        let register = sequence(0, offset)
        if mechanism1.read(function, register) != window.read(function, register) {
          differences += 1
        }
      }
    }
    return .count(differences)
  },
  Check("ecam.agreement.writes", mechanism, wants: .count(0)) { () throws(Missing) in
    let function = try functionWithInterruptPin()
    let window = try window()
    let before = mechanism1.read(function, .interruptLine, .byte)
    var differences = 0
    for step in UInt32(0)..<200 {
      let value = step ^ 0xA5
      if step % 2 == 0 {
        mechanism1.write(function, .interruptLine, .byte, value)
        if window.read(function, .interruptLine, .byte) != value { differences += 1 }
      } else {
        window.write(function, .interruptLine, .byte, value)
        if mechanism1.read(function, .interruptLine, .byte) != value { differences += 1 }
      }
    }
    mechanism1.write(function, .interruptLine, .byte, before)
    return .count(differences)
  },
  Check("ecam.agreement.byte-write", mechanism) { () throws(Missing) in
    let function = try functionWithInterruptPin()
    let window = try window()
    let before = mechanism1.read(function, .interruptLine)
    window.write(function, .interruptLine, .byte, ~before)
    let after = mechanism1.read(function, .interruptLine)
    window.write(function, .interruptLine, .byte, before)
    return .compare(.bits32(before & ~0xFF | ~before & 0xFF), .bits32(after))
  },
  Check("ecam.agreement.bar-sizes", "PCI30 6.2.5.1", wants: .count(0)) { () throws(Missing) in
    let window = try window()
    var differences = 0
    for function in functionsOfBus0 {
      let wanted = mechanism1.baseAddresses(of: function).map { $0.mask }
      let saw = window.baseAddresses(of: function).map { $0.mask }
      if saw != wanted { differences += 1 }
    }
    return .count(differences)
  },
]

/// An access by an instruction at any offset of a function, in words.
private func access(
  _ function: FunctionAddress, _ offset: UInt16, _ width: AccessWidth
) throws(Missing) -> ReportedValue {
  _ = try window()
  let start = address(function, UInt64(offset & ~3))
  let registers = Crossing(first: x86_load32(start), second: x86_load32(start + 4))
  let place = start + UInt(offset & 3)
  let value = width == .word ? UInt32(x86_load16(place)) : x86_load32(place)
  return registers.name(value, offset: UInt32(offset & 3), width: width)
}

// What an access does that is not aligned, crosses a doubleword or is wider, no specification says.
private let shapeChecks = [
  Check(observing: "ecam.unaligned.word-at-1", mechanism) { () throws(Missing) in
    try access(.hostBridge, 1, .word)
  },
  Check(observing: "ecam.unaligned.word-at-3", mechanism) { () throws(Missing) in
    try access(.hostBridge, 3, .word)
  },
  Check(observing: "ecam.unaligned.doubleword-at-1", mechanism) { () throws(Missing) in
    try access(.hostBridge, 1, .doubleword)
  },
  Check(observing: "ecam.crossing.into-extended", mechanism) { () throws(Missing) in
    try access(try function(isExpress: false), 0xFE, .doubleword)
  },
  Check(observing: "ecam.crossing.into-next-function", mechanism) { () throws(Missing) in
    let window = try window()
    for function in functionsOfBus0 {
      let next = FunctionAddress(routingID: function.routingID &+ 1)
      if window.isPresent(next) { return try access(function, 0xFFE, .doubleword) }
    }
    throw Missing("adjacent-functions")
  },
  Check(observing: "ecam.width.quadword", mechanism) { () throws(Missing) in
    let window = try window()
    let value = x86_load64(address(.hostBridge, 0))
    let first = UInt64(window.read(.hostBridge, .vendorID))
    switch value {
    case first | UInt64(window.read(.hostBridge, .command)) << 32: return .text("both-registers")
    case first: return .text("first-then-zeros")
    case first | 0xFFFF_FFFF << 32: return .text("first-then-ones")
    case .max: return .text("ones")
    default: return .hexadecimal(value, digits: 16)
    }
  },
]

private let extendedChecks = [
  Check("ecam.conventional.extended", "PCIE60 2.3.2, 7.6.1") { () throws(Missing) in
    let value = try window().read(try function(isExpress: false), 0x100)
    return .expect("0 or all ones", .bits32(value), value == 0 || value == .max)
  },
  Check("ecam.express.first-capability", "PCIE60 7.6.3") { () throws(Missing) in
    let header = try window().read(try function(isExpress: true), 0x100)
    return .expect("0 or a capability header", .bits32(header), header == 0 || isHeader(header))
  },
  Check("ecam.express.list-ends", "PCIE60 7.6.3", wants: .text("end")) { () throws(Missing) in
    let function = try function(isExpress: true)
    switch ExtendedCapabilityList(LiveRegisters(of: function, through: try window())).end {
    case .endOfList, .noList: return .text("end")
    case .loop: return .text("loop")
    case .outOfRange(let offset): return .bits16(UInt32(offset))
    case .allOnes: return .text("ones")
    case .unreachable: return .text("unreachable")
    }
  },
]

/// Whether an identifier and a version are set, and the next one lies in extended space.
private func isHeader(_ header: UInt32) -> Bool {
  let next = header >> 20
  return header & 0xFFFF != 0 && header & 0xFFFF != 0xFFFF && header >> 16 & 15 != 0
    && (next == 0 || next >= 0x100 && next & 3 == 0)
}

private let absenceChecks = [
  Check("ecam.absent.device", "PCIE60 2.3.2", wants: .bits32(.max)) { () throws(Missing) in
    let window = try window()
    guard let device = mechanism1.absentDevice(ofBus: 0) else { throw Missing("absent-device") }
    return .bits32(window.absence(of: device) & window.read(device, 0xFFC))
  },
  Check("ecam.absent.function", "PCIE60 2.3.2", wants: .bits32(.max)) { () throws(Missing) in
    let window = try window()
    for first in functionsOfBus0 where first.function == 0 && mechanism1.isMultiFunction(first) {
      for function in UInt8(1)..<8 where !mechanism1.isPresent(first.sibling(function)) {
        let absent = first.sibling(function)
        return .bits32(window.absence(of: absent) & window.read(absent, 0xFFC))
      }
    }
    throw Missing("multi-function")
  },
  Check("ecam.absent.bus", "PCIE60 2.3.2", wants: .bits32(.max)) { () throws(Missing) in
    .bits32(try window().absence(of: FunctionAddress(routingID: 0xFF00)))
  },
  Check("ecam.absent.bus-of-small-window", datasheet, wants: .bits32(.max)) {
    () throws(Missing) in
    .bits32(try window(home, .buses64).absence(of: FunctionAddress(routingID: 0x3F00)))
  },
]

private let movingChecks = [
  Check("ecam.window.beyond-end", "Intel 316966 PCIEXBAR; PCI30 3.3.3.1", wants: .bits32(.max)) {
    () throws(Missing) in
    _ = try window(home, .buses64)
    return .bits32(memory.read(address: home + 64 << 20, width: .doubleword))
  },
  // The shorter the window, the more bits of its base count.
  Check("ecam.window.small-base", datasheet) { () throws(Missing) in
    _ = try window()
    return .compare(
      .bits32(mechanism1.read(.hostBridge, .vendorID)),
      .bits32(try window(inside, .buses64).read(.hostBridge, .vendorID)))
  },
  Check("ecam.window.moved-to", datasheet) { () throws(Missing) in
    _ = try window()
    return .compare(
      .bits32(mechanism1.read(.hostBridge, .vendorID)),
      .bits32(try window(elsewhere).read(.hostBridge, .vendorID)))
  },
  Check("ecam.window.moved-from", "Intel 316966 PCIEXBAR; PCI30 3.3.3.1", wants: .bits32(.max)) {
    () throws(Missing) in
    _ = try window()
    _ = try window(elsewhere)
    return .bits32(memory.read(address: home, width: .doubleword))
  },
  Check("ecam.window.moved-through-itself", datasheet) { () throws(Missing) in
    let window = try window()
    IdentityMap.map(elsewhere...elsewhere)
    window.write(.hostBridge, PCIEXBAR.register, .doubleword, UInt32(elsewhere) | 1)
    return .compare(
      .bits32(mechanism1.read(.hostBridge, .vendorID)),
      .bits32(memory.read(address: elsewhere, width: .doubleword)))
  },
  Check("ecam.window.disabled", "Intel 316966 PCIEXBAR; PCI30 3.3.3.1", wants: .bits32(.max)) {
    () throws(Missing) in
    _ = try window()
    ExpressWindow.close()
    return .bits32(memory.read(address: home, width: .doubleword))
  },
]

/// Gives an interrupt line register a value while something is done, and restores it.
///
/// - Parameters:
///   - value: The value.
///   - body: Gets the function and the register's doubleword.
private func withInterruptLine(
  _ value: UInt32, _ body: (FunctionAddress, UInt32) -> Finding
) throws(Missing) -> Finding {
  let function = try functionWithInterruptPin()
  let window = try window()
  let before = mechanism1.read(function, .interruptLine, .byte)
  window.write(function, .interruptLine, .byte, value)
  defer { window.write(function, .interruptLine, .byte, before) }
  return body(function, mechanism1.read(function, .interruptLine))
}

// Instructions that read and write, or repeat, become plain reads and writes of configuration
// space.
private let instructionChecks = [
  Check("ecam.instruction.or", mechanism) { () throws(Missing) in
    try withInterruptLine(0x05) { function, before in
      guest_or32(address(function, 0x3C), 0x50)
      return .compare(
        .bits32(before | 0x50), .bits32(mechanism1.read(function, .interruptLine)))
    }
  },
  Check("ecam.instruction.exchange", mechanism) { () throws(Missing) in
    try withInterruptLine(0x05) { function, before in
      let old = guest_exchange32(address(function, 0x3C), 0x51)
      let after = mechanism1.read(function, .interruptLine)
      return .compare(
        .hexadecimal(UInt64(before & ~0xFF | 0x51) << 32 | UInt64(before), digits: 16),
        .hexadecimal(UInt64(after) << 32 | UInt64(old), digits: 16))
    }
  },
  Check("ecam.instruction.string-read", mechanism, wants: .count(0)) { () throws(Missing) in
    _ = try window()
    var copy = InlineArray<16, UInt32>(repeating: 0)
    withUnsafeMutablePointer(to: &copy) {
      guest_copy32($0, address(.hostBridge, 0), 16)
    }
    var differences = 0
    for index in 0..<16
    where copy[index] != mechanism1.read(.hostBridge, sequence(0, UInt16(index) * 4)) {
      differences += 1
    }
    return .count(differences)
  },
]
