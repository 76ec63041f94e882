// The choice of a mechanism, made in the guest by the source that pcicfg uses on a host: facts as
// firmware finds them, the decisions of the policies, and the same with facts damaged on purpose.

import GuestProtocol
import PCIConfig
import Runtime

@c(guest_main) func guestMain() { run(checks) }

private let linux: StaticString = "Linux arch/x86/pci/common.c, mmconfig-shared.c"
private let patch: StaticString = "x86/PCI: Prefer MMIO over PIO, v2"
private let verified: StaticString = "pcicfg: the policy verified"
private let base: UInt64 = 0xB000_0000

private let checks: [Check] = factChecks + decisionChecks + enumerationChecks + damageChecks

/// The functions of all buses, which are numbered first, as one of the mechanisms shows them.
private let functions: [FunctionAddress] = {
  var last: UInt8 = 0
  do throws(Missing) {
    let mechanism: Mechanism = mechanism1Answers ? .mechanism1 : try openWindow()
    return mechanism.numberBuses(from: 0, &last)
  } catch {
    return []
  }
}()

/// The regions that the machine has, its window opened as firmware does it.
private let regions: [VouchedRegion] = {
  do throws(Missing) {
    _ = try openWindow()
  } catch {}
  return Firmware.regions()
}()

/// What firmware knows of this machine, with regions of the caller's choice.
@inline(never) private func facts(with regions: [VouchedRegion]) -> AccessFacts {
  var facts = AccessFacts(
    hypervisor: HypervisorDetection(Processor()).verdict, mechanism1Answers: mechanism1Answers,
    regions: regions)
  guard let vouched = facts.region(for: .hostBridge), mechanism1Answers else { return facts }
  facts.compare(functions, through: mechanism1, and: ECAM(vouched.region, FirmwareMemory()))
  return facts
}

private let trueFacts = facts(with: regions)

/// The region that decodes bus 0.
@inline(never) private func region() throws(Missing) -> VouchedRegion {
  guard let vouched = trueFacts.region(for: .hostBridge) else { throw Missing("ecam") }
  return vouched
}

@inline(never) private func conf1() throws(Missing) {
  guard mechanism1Answers else { throw Missing("conf1") }
}

@inline(never) private func anyMechanism() throws(Missing) {
  if !mechanism1Answers { _ = try region() }
}

private func regionElsewhere(_ base: UInt64, lastBus: UInt8 = 255) -> ECAMRegion {
  do throws(ECAMRegionError) {
    return try ECAMRegion(base: base, buses: 0...lastBus)
  } catch {
    panic("a region that cannot be")
  }
}

@inline(never) private func decide(
  _ policy: AccessPolicy, _ register: Register, _ facts: AccessFacts,
  _ function: FunctionAddress = .hostBridge
) -> ReportedValue {
  switch policy.decide(function, register, on: facts).mechanism {
  case .mechanism1: .text("conf1")
  case .ecam: .text("ecam")
  case .refused: .text("refused")
  }
}

/// The fact that a decision under the default policy ends with.
private func reason(_ register: Register) -> ReportedValue {
  let decision = AccessPolicy.verified.decide(.hostBridge, register, on: trueFacts)
  guard let last = decision.reasons.last else { return .text("none") }
  switch last {
  case .mechanism1Answers: return .text("conf1-answers")
  case .mechanism1Silent: return .text("conf1-silent")
  case .segmentBeyondMechanism1: return .text("segment-beyond-conf1")
  case .registerBeyondMechanism1: return .text("register-beyond-conf1")
  case .noRegion: return .text("no-region")
  case .region: return .text("region")
  case .regionOnlyTold: return .text("region-only-told")
  case .regionOverMemory: return .text("region-over-memory")
  case .regionNotReserved: return .text("region-not-reserved")
  case .agrees: return .text("mechanisms-agree")
  case .differs: return .text("mechanisms-differ")
  case .notCompared: return .text("not-compared")
  default: return .text("other")
  }
}

private let factChecks = [
  Check(observing: "selector.facts.regions", verified) { .count(regions.count) },
  Check(observing: "selector.facts.vouchers", verified) { () throws(Missing) in
    let vouchers = try region().vouchers
    switch vouchers {
    case [.hostBridge, .mcfg]: return .text("host-bridge mcfg")
    case .hostBridge: return .text("host-bridge")
    case .mcfg: return .text("mcfg")
    case .deviceTree: return .text("device-tree")
    case [.deviceTree, .mcfg]: return .text("device-tree mcfg")
    case .told: return .text("told")
    default: return .hexadecimal(UInt64(vouchers.rawValue), digits: 2)
    }
  },
  Check("selector.facts.agreement", verified, wants: .count(0)) { () throws(Missing) in
    try conf1()
    _ = try region()
    return .count(functions.count - trueFacts.agreeing.count + trueFacts.differing.count)
  },
]

/// What the policies that prefer ECAM in a guest must choose for a register of conventional space.
private var preferred: ReportedValue {
  guard let vouched = trueFacts.region(for: .hostBridge), vouched.vouchers.areFromMachine else {
    return .text("conf1")
  }
  return .text(trueFacts.isGuest || !mechanism1Answers ? "ecam" : "conf1")
}

private let decisionChecks = [
  Check("selector.linux.conventional", linux, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.linux, 0x00, trueFacts)
  },
  // Without mechanism 1 what MCFG lists, or nothing; with it nothing that is not reserved.
  Check("selector.linux.extended", linux) { () throws(Missing) in
    try anyMechanism()
    let isListed = trueFacts.region(for: .hostBridge)?.vouchers.contains(.mcfg) ?? false
    let wanted: StaticString = isListed && !mechanism1Answers ? "ecam" : "refused"
    return .compare(.text(wanted), decide(.linux, 0x100, trueFacts))
  },
  Check("selector.prefer-ecam.conventional", patch) { () throws(Missing) in
    try anyMechanism()
    let told = trueFacts.region(for: .hostBridge).map { _ in trueFacts.isGuest } ?? false
    return .compare(
      told ? .text("ecam") : preferred, decide(.preferECAM, 0x00, trueFacts))
  },
  Check("selector.verified.conventional", verified) { () throws(Missing) in
    try anyMechanism()
    return .compare(preferred, decide(.verified, 0x00, trueFacts))
  },
  Check("selector.verified.extended", verified) { () throws(Missing) in
    try anyMechanism()
    let vouched = trueFacts.region(for: .hostBridge)
    let wanted: StaticString = vouched?.vouchers.areFromMachine ?? false ? "ecam" : "refused"
    return .compare(.text(wanted), decide(.verified, 0x100, trueFacts))
  },
  Check(observing: "selector.verified.reason", verified) { () throws(Missing) in
    try anyMechanism()
    return reason(0x00)
  },
  Check(observing: "selector.verified.extended-reason", verified) { () throws(Missing) in
    try anyMechanism()
    return reason(0x100)
  },
  // Functions that the default policy leaves to mechanism 1 because ECAM shows something else.
  Check("selector.verified.pinned", verified, wants: .text("none")) { () throws(Missing) in
    try conf1()
    _ = try region()
    var pinned: FunctionAddress?
    var count = 0
    for function in functions {
      let reasons = AccessPolicy.verified.decide(function, 0x100, on: trueFacts).reasons
      guard reasons.contains(.differs(function)) else { continue }
      pinned = function
      count += 1
    }
    guard let pinned else { return .text("none") }
    return count == 1 ? .bits16(UInt32(pinned.routingID)) : .count(count)
  },
  Check("selector.conf1.extended", verified, wants: .text("refused")) { () throws(Missing) in
    try conf1()
    return decide(.mechanism1, 0x100, trueFacts)
  },
  Check("selector.ecam.conventional", verified, wants: .text("ecam")) { () throws(Missing) in
    _ = try region()
    return decide(.ecam, 0x00, trueFacts)
  },
]

/// Reads what identifies a function through the mechanism that the default policy chooses.
@inline(never) private func chosen(_ function: FunctionAddress) -> UInt32 {
  switch AccessPolicy.verified.decide(function, .vendorID, on: trueFacts).mechanism {
  case .mechanism1: mechanism1.read(function, .vendorID)
  case .ecam(let region): ECAM(region, FirmwareMemory()).read(function, .vendorID)
  case .refused: 0
  }
}

private let enumerationChecks = [
  Check(observing: "selector.enumeration.functions", verified) { () throws(Missing) in
    try anyMechanism()
    return .count(functions.count)
  },
  Check("selector.enumeration.differences", verified, wants: .count(0)) { () throws(Missing) in
    try conf1()
    _ = try region()
    return .count(functions.count { chosen($0) != mechanism1.read($0, .vendorID) })
  },
  // The first device of every bus, most of which are not there.
  Check("selector.enumeration.all-buses", verified, wants: .count(0)) { () throws(Missing) in
    try conf1()
    let window = ECAM(try region().region, FirmwareMemory())
    var differences = 0
    for bus in UInt16(0)..<256 {
      let function = FunctionAddress(routingID: bus << 8)
      if window.read(function, .vendorID) != mechanism1.read(function, .vendorID) {
        differences += 1
      }
    }
    return .count(differences)
  },
]

/// Facts with one region, which a table is said to list.
private func facts(
  _ region: ECAMRegion, _ vouchers: ECAMVouchers = .mcfg, overlapsMemory: Bool = false
) -> AccessFacts {
  facts(with: [VouchedRegion(region, vouchers, overlapsMemory: overlapsMemory)])
}

// What the facts say is wrong; the decision must not be, and nothing may hang.
private let damageChecks = [
  Check("selector.damaged.base", verified, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.verified, 0x00, facts(regionElsewhere(0xC000_0000)))
  },
  Check("selector.damaged.base-extended", verified, wants: .text("refused")) {
    () throws(Missing) in
    try conf1()
    return decide(.verified, 0x100, facts(regionElsewhere(0xC000_0000)))
  },
  // The first 256 MiB, where memory is, whatever the table says.
  Check("selector.damaged.over-memory", verified, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.verified, 0x00, facts(regionElsewhere(0)))
  },
  Check("selector.damaged.known-memory", verified, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.verified, 0x00, facts(try region().region, overlapsMemory: true))
  },
  Check("selector.damaged.only-told", verified, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.verified, 0x00, facts(try region().region, .told))
  },
  Check("selector.damaged.bus-beyond-range", verified, wants: .text("conf1")) {
    () throws(Missing) in
    try conf1()
    let narrow = regionElsewhere(try region().region.addresses.lowerBound, lastBus: 0)
    return decide(.verified, 0x00, facts(narrow), FunctionAddress(routingID: 0x0100))
  },
  // Nobody has compared a bus where nothing was found, however many the table claims.
  Check("selector.damaged.too-many-buses", verified, wants: .text("conf1")) {
    () throws(Missing) in
    try conf1()
    let window = try ExpressWindow.open(at: base, .buses64)
    let wide = facts(regionElsewhere(window.region.addresses.lowerBound))
    let decision = decide(.verified, 0x00, wide, FunctionAddress(routingID: 0xF000))
    _ = try ExpressWindow.open(at: base)
    return decision
  },
  // One function that shows something else through ECAM is pinned to mechanism 1, no other.
  Check("selector.damaged.one-function", verified, wants: .text("it alone")) { () throws(Missing) in
    try conf1()
    _ = try region()
    guard let broken = functions.last, functions.count > 1 else { throw Missing("pci-function") }
    var facts = trueFacts
    facts.agreeing = functions.filter { $0 != broken }
    facts.differing = [broken]
    for function in functions {
      let mechanism = AccessPolicy.verified.decide(function, .vendorID, on: facts).mechanism
      let isPinned = mechanism == .mechanism1
      if isPinned != (function == broken || !facts.isGuest) {
        return .bits16(UInt32(function.routingID))
      }
    }
    return .text("it alone")
  },
]
