// Configuration space itself, through each mechanism and through both in turn: base addresses,
// capabilities, lanes, functions, and the buses behind a bridge. PCI30 is the PCI Local Bus
// Specification, revision 3.0; PCIE60 the PCI Express Base Specification, revision 6.0; BRIDGE12 the
// PCI-to-PCI Bridge Architecture Specification, revision 1.2.

import GuestProtocol
import PCIConfig
import Runtime

/// The checks of the suite.
public let checks: [Check] =
  (mechanismChecks + bothChecks + busChecks).map { $0.restoringWindow() }

private func conf1() throws(Missing) -> Mechanism {
  try requireMechanism1()
  return .mechanism1
}

private func ecam() throws(Missing) -> Mechanism { try openWindow() }

/// One check, made through each mechanism.
private func each(
  _ conf1ID: StaticString, _ ecamID: StaticString, _ clause: StaticString,
  wants wanted: ReportedValue,
  _ body: @escaping @Sendable (Mechanism) throws(Missing) -> ReportedValue
) -> [Check] {
  [
    Check(conf1ID, clause, wants: wanted) { () throws(Missing) in try body(try conf1()) },
    Check(ecamID, clause, wants: wanted) { () throws(Missing) in try body(try ecam()) },
  ]
}

/// The functions of bus 0.
private let functions: [FunctionAddress] = {
  if mechanism1Answers { return functionsOfBus0 }
  do throws(Missing) {
    return try ecam().functions(ofBus: 0)
  } catch {
    return []
  }
}()

/// The base addresses of the functions of bus 0, sized once.
private let baseAddresses: [BaseAddress] = {
  let mechanism: Mechanism
  do throws(Missing) {
    mechanism = mechanism1Answers ? .mechanism1 : try ecam()
  } catch {
    return []
  }
  return functions.flatMap { mechanism.baseAddresses(of: $0) }
}()

private func memoryBaseAddresses() throws(Missing) -> [BaseAddress] {
  let found = baseAddresses.filter { !$0.isIO }
  if found.isEmpty { throw Missing("memory-bar") }
  return found
}

/// 32 bits that can be written and mean nothing while the function does not decode: the upper half
/// of a 64-bit base address.
private func scratch() throws(Missing) -> (function: FunctionAddress, register: Register) {
  for address in baseAddresses where address.is64Bit { return (address.function, address.upper) }
  throw Missing("bar64")
}

/// A pattern that differs in every byte, and from step to step.
private func pattern(_ step: UInt32) -> UInt32 { (step &+ 1) &* 0x9E37_79B9 }

extension Mechanism {
  /// Does something with the scratch register of a function that does not decode meanwhile, and
  /// restores it.
  fileprivate func withScratch(
    _ body: (FunctionAddress, Register) -> Int
  ) throws(Missing) -> ReportedValue {
    let (function, register) = try scratch()
    return .count(
      withoutDecoding(function) {
        let before = read(function, register)
        defer { write(function, register, .doubleword, before) }
        return body(function, register)
      })
  }

  /// Whether a write leaves a register as it is.
  fileprivate func ignoresWrites(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth
  ) -> Bool {
    let before = read(function, register, width)
    write(function, register, width, ~before)
    let after = read(function, register, width)
    if after != before { write(function, register, width, before) }
    return after == before
  }
}

private let mechanismChecks: [Check] =
  baseAddressChecks + laneChecks + capabilityChecks + functionChecks

private let baseAddressChecks: [Check] =
  each(
    "config-space.conf1.bar-sizes", "config-space.ecam.bar-sizes", "PCI30 6.2.5.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    _ = try memoryBaseAddresses()
    var malformed = 0
    for function in functions {
      for address in mechanism.baseAddresses(of: function) where !address.isWellFormed {
        malformed += 1
      }
    }
    return .count(malformed)
  }
  + each(
    "config-space.conf1.bar-bytes", "config-space.ecam.bar-bytes", "PCI30 6.2.5.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    var differences = 0
    for address in try memoryBaseAddresses() {
      let mask = mechanism.withoutDecoding(address.function) {
        let before = mechanism.read(address.function, address.register)
        var mask: UInt32 = 0
        for byte in [UInt16(3), 2, 1, 0] {
          let register = sequence(address.register, byte)
          mechanism.write(address.function, register, .byte, 0xFF)
          mask = mask << 8 | mechanism.read(address.function, register, .byte)
        }
        mechanism.write(address.function, address.register, .doubleword, before)
        return mask
      }
      if mask != address.mask { differences += 1 }
    }
    return .count(differences)
  }
  + each(
    "config-space.conf1.bar-restored", "config-space.ecam.bar-restored", "PCI30 6.2.5.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    var differences = 0
    for address in try memoryBaseAddresses() {
      let register = address.register
      let after = mechanism.withoutDecoding(address.function) {
        let before = mechanism.read(address.function, register)
        defer { mechanism.write(address.function, register, .doubleword, before) }
        mechanism.write(address.function, register, .doubleword, 0xA5A5_A5A5)
        _ = mechanism.size(address.function, register)
        return mechanism.read(address.function, register)
      }
      if after != 0xA5A5_A5A5 & address.mask & ~15 | address.mask & 15 { differences += 1 }
    }
    return .count(differences)
  }
  + each(
    "config-space.conf1.bar64-halves", "config-space.ecam.bar64-halves", "PCI30 6.2.5.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    var differences = 0
    var pairs = 0
    for address in baseAddresses where address.is64Bit {
      pairs += 1
      let function = address.function
      mechanism.withoutDecoding(function) {
        let low = mechanism.read(function, address.register)
        let high = mechanism.read(function, address.upper)
        mechanism.write(function, address.upper, .doubleword, ~high)
        if mechanism.read(function, address.register) != low { differences += 1 }
        let changed = mechanism.read(function, address.upper)
        mechanism.write(function, address.register, .doubleword, ~low)
        if mechanism.read(function, address.upper) != changed { differences += 1 }
        mechanism.write(function, address.register, .doubleword, low)
        mechanism.write(function, address.upper, .doubleword, high)
      }
    }
    if pairs == 0 { throw Missing("bar64") }
    return .count(differences)
  }
  + each(
    "config-space.conf1.rom-bar", "config-space.ecam.rom-bar", "PCI30 6.2.5.2", wants: .count(0)
  ) { mechanism throws(Missing) in
    var malformed = 0
    var found = 0
    for function in functions where mechanism.read(function, .headerType, .byte) & 0x7F == 0 {
      let mask = mechanism.size(function, .expansionROM)
      guard mask != 0 else { continue }
      found += 1
      let address = mask & 0xFFFF_F800
      if mask & 0x7FF != 1 || !address.isUnbrokenMask { malformed += 1 }
    }
    if found == 0 { throw Missing("rom-bar") }
    return .count(malformed)
  }

/// Writes to each lane of a doubleword that has the width; the other lanes keep what they had.
private func lanes(
  _ mechanism: Mechanism, _ width: AccessWidth
) throws(Missing) -> ReportedValue {
  try mechanism.withScratch { function, register in
    var differences = 0
    for lane in stride(from: UInt16(0), to: 4, by: width.byteCount) {
      let value = pattern(UInt32(lane))
      let part = 0x5AA5_5AA5 & width.allOnes
      mechanism.write(function, register, .doubleword, value)
      mechanism.write(function, sequence(register, lane), width, part)
      let bits = UInt32(lane) * 8
      let wanted = value & ~(width.allOnes << bits) | part << bits
      if mechanism.read(function, register) != wanted { differences += 1 }
      if mechanism.read(function, sequence(register, lane), width) != part { differences += 1 }
    }
    return differences
  }
}

private let laneChecks: [Check] =
  each(
    "config-space.conf1.byte-lanes", "config-space.ecam.byte-lanes", "PCI30 3.2.2.3.2, 3.3.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in try lanes(mechanism, .byte) }
  + each(
    "config-space.conf1.word-lanes", "config-space.ecam.word-lanes", "PCI30 3.2.2.3.2, 3.3.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in try lanes(mechanism, .word) }

private let capabilityChecks: [Check] =
  each(
    "config-space.conf1.list-ends", "config-space.ecam.list-ends", "PCI30 6.7", wants: .count(0)
  ) { mechanism throws(Missing) in
    var endless = 0
    var found = 0
    for function in functions {
      guard let list = mechanism.capabilities(of: function) else { continue }
      switch list.end {
      case .noList: break
      case .endOfList: found += 1
      case .loop, .outOfRange, .allOnes, .unreachable: endless += 1
      }
    }
    if found + endless == 0 { throw Missing("capability-list") }
    return .count(endless)
  }
  + each(
    "config-space.conf1.list-fixed", "config-space.ecam.list-fixed", "PCI30 6.7", wants: .count(0)
  ) { mechanism throws(Missing) in
    var changed = 0
    var found = 0
    for function in functions {
      guard let list = mechanism.capabilities(of: function) else { continue }
      for capability in list.capabilities {
        found += 1
        if !mechanism.ignoresWrites(function, capability.register, .word) { changed += 1 }
      }
    }
    if found == 0 { throw Missing("capability-list") }
    return .count(changed)
  }

private let functionChecks: [Check] =
  each(
    "config-space.conf1.identity-fixed", "config-space.ecam.identity-fixed", "PCI30 6.2.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    if functions.isEmpty { throw Missing("pci-function") }
    var changed = 0
    for function in functions {
      if !mechanism.ignoresWrites(function, .vendorID, .doubleword) { changed += 1 }
      if !mechanism.ignoresWrites(function, .revisionID, .doubleword) { changed += 1 }
      if !mechanism.ignoresWrites(function, .headerType, .byte) { changed += 1 }
    }
    return .count(changed)
  }
  // A function that is there has registers of its own.
  + each(
    "config-space.conf1.siblings", "config-space.ecam.siblings", "PCI30 3.2.2.3.4, 6.2.1",
    wants: .count(0)
  ) { mechanism throws(Missing) in
    let addresses = try memoryBaseAddresses()
    var shared = 0
    var pairs = 0
    for address in addresses {
      for other in addresses where other.function != address.function {
        guard other.function.sibling(0) == address.function.sibling(0),
          other.register == address.register
        else { continue }
        pairs += 1
        let before = mechanism.read(other.function, other.register)
        mechanism.withoutDecoding(address.function) {
          let own = mechanism.read(address.function, address.register)
          mechanism.write(address.function, address.register, .doubleword, ~own)
          if mechanism.read(other.function, other.register) != before { shared += 1 }
          mechanism.write(address.function, address.register, .doubleword, own)
        }
      }
    }
    if pairs == 0 { throw Missing("sibling-bars") }
    return .count(shared)
  }
  + each(
    "config-space.conf1.absent-write", "config-space.ecam.absent-write", "PCI30 3.2.2.3.4",
    wants: .bits32(.max)
  ) { mechanism throws(Missing) in
    guard let device = mechanism.absentDevice(ofBus: 0) else { throw Missing("absent-device") }
    for register in [Register.vendorID, .command, .baseAddress0] {
      mechanism.write(device, register, .doubleword, 0x5A5A_5A5A)
    }
    return .bits32(
      mechanism.absence(of: device) & mechanism.read(device, .command)
        & mechanism.read(device, .baseAddress0))
  }

/// Writes through one mechanism and reads through the other, in turn.
private func alternate(_ width: AccessWidth) throws(Missing) -> ReportedValue {
  let conf1 = try conf1()
  let ecam = try ecam()
  return try conf1.withScratch { function, register in
    var differences = 0
    for step in UInt32(0)..<100 {
      let (writer, reader) = step & 1 == 0 ? (conf1, ecam) : (ecam, conf1)
      let lane = UInt16(step) * UInt16(width.byteCount) & 3
      let value = pattern(step) & width.allOnes
      writer.write(function, sequence(register, lane), width, value)
      if reader.read(function, sequence(register, lane), width) != value { differences += 1 }
    }
    return differences
  }
}

private let bothChecks = [
  Check("config-space.both.functions", "PCIE60 7.2", wants: .count(0)) { () throws(Missing) in
    _ = try conf1()
    let found = try ecam().functions(ofBus: 0)
    var differences = 0
    for function in functions where !found.contains(function) { differences += 1 }
    for function in found where !functions.contains(function) { differences += 1 }
    return .count(differences)
  },
  Check("config-space.both.capabilities", "PCIE60 7.2", wants: .count(0)) { () throws(Missing) in
    let conf1 = try conf1()
    let ecam = try ecam()
    var differences = 0
    for function in functions {
      if conf1.capabilities(of: function) != ecam.capabilities(of: function) { differences += 1 }
    }
    return .count(differences)
  },
  Check("config-space.both.bytes-in-turn", "PCIE60 7.2", wants: .count(0)) {
    () throws(Missing) in try alternate(.byte)
  },
  Check("config-space.both.words-in-turn", "PCIE60 7.2", wants: .count(0)) {
    () throws(Missing) in try alternate(.word)
  },
  Check("config-space.both.doublewords-in-turn", "PCIE60 7.2", wants: .count(0)) {
    () throws(Missing) in try alternate(.doubleword)
  },
  // What one mechanism writes while sizing, the other sees; and the command register's bits.
  Check("config-space.both.sizing", "PCIE60 7.2; PCI30 6.2.5.1", wants: .count(0)) {
    () throws(Missing) in
    let conf1 = try conf1()
    let ecam = try ecam()
    var differences = 0
    for address in try memoryBaseAddresses() {
      let function = address.function
      conf1.withoutDecoding(function) {
        let before = ecam.read(function, address.register)
        ecam.write(function, address.register, .doubleword, .max)
        if conf1.read(function, address.register) != address.mask { differences += 1 }
        conf1.write(function, address.register, .doubleword, before)
        if ecam.read(function, address.register) != before { differences += 1 }
      }
    }
    return .count(differences)
  },
  Check("config-space.both.command", "PCIE60 7.2; PCI30 6.2.2", wants: .count(0)) {
    () throws(Missing) in
    let conf1 = try conf1()
    let ecam = try ecam()
    var differences = 0
    for address in try memoryBaseAddresses() {
      let function = address.function
      let before = conf1.read(function, .command, .word)
      ecam.write(function, .command, .word, before ^ 4)
      if conf1.read(function, .command, .word) != before ^ 4 { differences += 1 }
      conf1.write(function, .command, .word, before)
      if ecam.read(function, .command, .word) != before { differences += 1 }
    }
    return .count(differences)
  },
  // CONFIG_ADDRESS belongs to mechanism 1 alone: ECAM accesses in between leave it as it is.
  Check("config-space.both.latch-kept", "PCI30 3.2.2.3.2; PCIE60 7.2.2") { () throws(Missing) in
    _ = try conf1()
    let window = try ecam()
    guard let last = functions.last else { throw Missing("pci-function") }
    let ports = Ports()
    let address: UInt32 = 1 << 31 | UInt32(last.routingID) << 8 | 0x08
    ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: address)
    _ = window.read(.hostBridge, .vendorID)
    window.write(.hostBridge, .vendorID, .doubleword, 0)
    let value = ports.read(port: Mechanism1Access.dataPort, width: .doubleword)
    return .compare(.bits32(mechanism1.read(last, .revisionID)), .bits32(value))
  },
]

/// A PCI-to-PCI bridge of bus 0.
private struct Bridge {
  static let busNumbers: Register = 0x18

  let function: FunctionAddress
  /// What was found: each bridge of bus 0 and its bus numbers.
  private let found: [(bridge: FunctionAddress, numbers: UInt32)]

  /// Returns the first bridge that leads to a function. The bus numbers of all bridges are cleared,
  /// since their ranges would overlap: ``restoreNumbers(_:)`` must follow.
  static func first(_ mechanism: Mechanism) throws(Missing) -> Bridge {
    let found = functions.filter { mechanism.read($0, .headerType, .byte) & 0x7F == 1 }
      .map { (bridge: $0, numbers: mechanism.read($0, busNumbers)) }
    for (function, before) in found {
      mechanism.write(function, busNumbers, .doubleword, before & 0xFF00_0000)
    }
    for (function, _) in found {
      let bridge = Bridge(function: function, found: found)
      let leads = bridge.with(buses: 1...1, mechanism) { mechanism.isPresent(device(onBus: 1)) }
      if leads { return bridge }
    }
    restore(found, mechanism)
    throw Missing("bridge")
  }

  /// Gives all bridges the bus numbers that ``first(_:)`` found.
  func restoreNumbers(_ mechanism: Mechanism) { Self.restore(found, mechanism) }

  @inline(never)
  private static func restore(
    _ found: [(bridge: FunctionAddress, numbers: UInt32)], _ mechanism: Mechanism
  ) {
    for (function, numbers) in found {
      mechanism.write(function, busNumbers, .doubleword, numbers)
    }
  }

  /// Whether a link leads away from it: Device/Port Type of the PCI Express Capabilities register is
  /// that of a root port or of a switch's downstream port (PCI Express Base Specification 6.0,
  /// 7.5.3.2).
  func isDownstreamPort(_ mechanism: Mechanism) -> Bool {
    guard let capability = mechanism.expressCapability(of: function) else { return false }
    let type = capability.header >> 4 & 0xF
    return type == 4 || type == 6
  }

  static func device(onBus bus: UInt8, _ device: UInt16 = 0) -> FunctionAddress {
    FunctionAddress(routingID: UInt16(bus) << 8 | device << 3)
  }

  /// Gives the bridge bus numbers while something is done.
  func with<Result>(
    buses: ClosedRange<UInt8>, _ mechanism: Mechanism, _ body: () -> Result
  ) -> Result {
    let before = mechanism.read(function, Self.busNumbers)
    let numbers = UInt32(buses.upperBound) << 16 | UInt32(buses.lowerBound) << 8
    mechanism.write(function, Self.busNumbers, .doubleword, before & 0xFF00_0000 | numbers)
    defer { mechanism.write(function, Self.busNumbers, .doubleword, before) }
    return body()
  }
}

private let configuration: StaticString = "BRIDGE12 3.1.2.1, 3.2.5"

private let busChecks: [Check] =
  each(
    "config-space.conf1.secondary-bus", "config-space.ecam.secondary-bus", configuration,
    wants: .count(0)
  ) { mechanism throws(Missing) in
    let bridge = try Bridge.first(mechanism)
    defer { bridge.restoreNumbers(mechanism) }
    var absent = 0
    // Another host bridge may have one of them.
    let free = [UInt8(1), 0x20, 0x80, 0xFF].filter { mechanism.functions(ofBus: $0).isEmpty }
    for bus in free {
      bridge.with(buses: bus...bus, mechanism) {
        if !mechanism.isPresent(Bridge.device(onBus: bus)) { absent += 1 }
      }
    }
    if free.isEmpty { throw Missing("absent-bus") }
    return .count(absent)
  }
  // The bridge no longer decodes its previous bus number.
  + each(
    "config-space.conf1.renumbered-bus", "config-space.ecam.renumbered-bus", configuration,
    wants: .bits32(.max)
  ) { mechanism throws(Missing) in
    let bridge = try Bridge.first(mechanism)
    defer { bridge.restoreNumbers(mechanism) }
    return .bits32(
      bridge.with(buses: 1...1, mechanism) {
        bridge.with(buses: 0x20...0x20, mechanism) {
          mechanism.absence(of: Bridge.device(onBus: 1))
        }
      })
  }
  + each(
    "config-space.conf1.subordinate-buses", "config-space.ecam.subordinate-buses", configuration,
    wants: .bits32(.max)
  ) { mechanism throws(Missing) in
    let bridge = try Bridge.first(mechanism)
    defer { bridge.restoreNumbers(mechanism) }
    return .bits32(
      bridge.with(buses: 0x20...0x22, mechanism) {
        var bits = UInt32.max
        for bus in [UInt8(0x1F), 0x21, 0x22, 0x23] {
          bits &= mechanism.absence(of: Bridge.device(onBus: bus))
        }
        return bits
      })
  }
  // Below a root port or a switch's downstream port there is device 0 alone; other bridges lead to
  // buses of any number of devices.
  + each(
    "config-space.conf1.other-devices", "config-space.ecam.other-devices",
    "PCIE60 7.3.1", wants: .bits32(.max)
  ) { mechanism throws(Missing) in
    let bridge = try Bridge.first(mechanism)
    defer { bridge.restoreNumbers(mechanism) }
    guard bridge.isDownstreamPort(mechanism) else { throw Missing("downstream-port") }
    return .bits32(
      bridge.with(buses: 1...1, mechanism) {
        var bits = UInt32.max
        for device in UInt16(1)..<32 {
          bits &= mechanism.read(Bridge.device(onBus: 1, device), .vendorID)
        }
        return bits
      })
  }
  + [
    Check("config-space.both.secondary-registers", "PCIE60 7.2", wants: .count(0)) {
      () throws(Missing) in
      let conf1 = try conf1()
      let ecam = try ecam()
      let bridge = try Bridge.first(conf1)
      defer { bridge.restoreNumbers(conf1) }
      return .count(
        bridge.with(buses: 0x40...0x40, conf1) {
          var differences = 0
          let function = Bridge.device(onBus: 0x40)
          for offset in stride(from: UInt16(0), to: 256, by: 4) {
            let register = sequence(0, offset)
            if conf1.read(function, register) != ecam.read(function, register) { differences += 1 }
          }
          return differences
        })
    },
    Check("config-space.ecam.secondary-extended", "PCIE60 7.6.3") { () throws(Missing) in
      let ecam = try ecam()
      let bridge = try Bridge.first(ecam)
      defer { bridge.restoreNumbers(ecam) }
      let function = Bridge.device(onBus: 1)
      let header = bridge.with(buses: 1...1, ecam) {
        ecam.expressCapability(of: function) == nil ? 0 : ecam.read(function, 0x100)
      }
      // Not every function has such capabilities (7.6.1), nor such registers.
      guard header != 0 else { throw Missing("extended-capability") }
      return .expect(
        "a capability header", .bits32(header), header & 0xFFFF != 0 && header & 0xFFFF != 0xFFFF)
    },
  ]
