// The choice of a mechanism, made in the guest by the source that pcicfg uses on a host: facts as
// firmware finds them, the decisions of the policies, and the same with facts damaged on purpose.

import GuestProtocol
import PCIConfig
import Runtime

@c(guest_main) func guestMain() { run(checks) }

private let linux: StaticString = "Linux arch/x86/pci/common.c"
private let patch: StaticString = "x86/PCI: Prefer MMIO over PIO, v2"
private let verified: StaticString = "pcicfg: the policy verified"
private let base: UInt64 = 0xB000_0000

/// A region of all buses; where it lies is up to the caller.
private func region(_ base: UInt64, lastBus: UInt8 = 255) -> ECAMRegion {
  do throws(ECAMRegionError) {
    return try ECAMRegion(base: base, buses: 0...lastBus)
  } catch {
    panic("a region that cannot be")
  }
}

/// The region that the Q35 host bridge decodes after it was told to, as firmware does it; as the
/// core reads it from the register.
private let opened: ECAMRegion? = {
  do throws(Missing) {
    _ = try ExpressWindow.open(at: base)
  } catch {
    return nil
  }
  let value = UInt64(mechanism1.read(.hostBridge, PCIEXBAR.register))
  return PCIEXBAR(rawValue: value).region
}()

/// What firmware knows of this machine, with a region of the caller's choice.
private func facts(with vouched: VouchedRegion?) -> AccessFacts {
  var facts = AccessFacts(
    hypervisor: HypervisorDetection(Processor()).verdict, mechanism1Answers: mechanism1Answers,
    regions: vouched.map { [$0] } ?? [])
  guard let vouched, mechanism1Answers else { return facts }
  IdentityMap.map(vouched.region.base...(vouched.region.base + 0xFFF_FFFF))
  facts.compare(functionsOfBus0, through: mechanism1, and: ECAM(vouched.region, Memory()))
  return facts
}

private let trueFacts = facts(with: opened.map { VouchedRegion($0, .hostBridge) })

private func name(_ mechanism: AccessDecision.Mechanism) -> ReportedValue {
  switch mechanism {
  case .mechanism1: .text("conf1")
  case .ecam: .text("ecam")
  case .refused: .text("refused")
  }
}

private func decide(
  _ policy: AccessPolicy, _ register: Register, _ facts: AccessFacts
) -> ReportedValue {
  name(policy.decide(.hostBridge, register, on: facts).mechanism)
}

private func conf1() throws(Missing) {
  guard mechanism1Answers else { throw Missing("conf1") }
}

private func window() throws(Missing) -> ECAMRegion {
  guard let opened else { throw Missing("pciexbar") }
  return opened
}

private let checks: [Check] = decisionChecks + damageChecks

private let decisionChecks = [
  Check(observing: "selector.facts.regions", verified) { .count(trueFacts.regions.count) },
  Check("selector.facts.agreement", verified, wants: .count(0)) { () throws(Missing) in
    _ = try window()
    return .count(functionsOfBus0.count - trueFacts.agreeing.count + trueFacts.differing.count)
  },
  Check("selector.linux.conventional", linux, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    return decide(.linux, 0x00, trueFacts)
  },
  // Firmware has no MCFG to show, and Linux takes nothing else.
  Check("selector.linux.extended", linux, wants: .text("refused")) { () throws(Missing) in
    try conf1()
    return decide(.linux, 0x100, trueFacts)
  },
  Check("selector.prefer-ecam.conventional", patch) { () throws(Missing) in
    try conf1()
    let wanted: StaticString = opened != nil && trueFacts.isGuest ? "ecam" : "conf1"
    return .compare(.text(wanted), decide(.preferECAM, 0x00, trueFacts))
  },
  Check("selector.verified.conventional", verified) { () throws(Missing) in
    try conf1()
    let wanted: StaticString = opened != nil && trueFacts.isGuest ? "ecam" : "conf1"
    return .compare(.text(wanted), decide(.verified, 0x00, trueFacts))
  },
  Check("selector.verified.extended", verified) { () throws(Missing) in
    try conf1()
    return .compare(.text(opened == nil ? "refused" : "ecam"), decide(.verified, 0x100, trueFacts))
  },
  Check("selector.verified.enumeration", verified, wants: .count(0)) { () throws(Missing) in
    let window = ECAM(try window(), Memory())
    let found = window.functions(ofBus: 0)
    var differences = found.count > functionsOfBus0.count ? found.count - functionsOfBus0.count : 0
    for function in functionsOfBus0 {
      let decision = AccessPolicy.verified.decide(function, .vendorID, on: trueFacts)
      let identification =
        switch decision.mechanism {
        case .mechanism1: mechanism1.read(function, .vendorID)
        case .ecam: window.read(function, .vendorID)
        case .refused: UInt32.max
        }
      if identification != mechanism1.read(function, .vendorID) { differences += 1 }
    }
    return .count(differences)
  },
]

// What the facts say is wrong; the decision must not be, and nothing may hang.
private let damageChecks = [
  Check("selector.damaged.base", verified, wants: .text("conf1")) { () throws(Missing) in
    _ = try window()
    return decide(
      .verified, 0x00, facts(with: VouchedRegion(region(base + 0x1000_0000), .mcfg)))
  },
  Check("selector.damaged.base-extended", verified, wants: .text("refused")) {
    () throws(Missing) in
    _ = try window()
    return decide(
      .verified, 0x100, facts(with: VouchedRegion(region(base + 0x1000_0000), .mcfg)))
  },
  // The first 256 MiB, where memory is, whatever the table says.
  Check("selector.damaged.over-memory", verified, wants: .text("conf1")) { () throws(Missing) in
    try conf1()
    var facts = trueFacts
    facts.regions = [VouchedRegion(region(0), .mcfg, overlapsMemory: true)]
    return decide(.verified, 0x00, facts)
  },
  Check("selector.damaged.only-told", verified, wants: .text("conf1")) { () throws(Missing) in
    let window = try window()
    return decide(.verified, 0x00, facts(with: VouchedRegion(window, .told)))
  },
  Check("selector.damaged.bus-beyond-range", verified, wants: .text("conf1")) {
    () throws(Missing) in
    _ = try window()
    let narrow = facts(with: VouchedRegion(region(base, lastBus: 0), .hostBridge))
    let function = FunctionAddress(routingID: 0x0100)
    return name(AccessPolicy.verified.decide(function, .vendorID, on: narrow).mechanism)
  },
  // One function that shows something else through ECAM is pinned to mechanism 1, no other.
  Check("selector.damaged.one-function", verified, wants: .text("it alone")) { () throws(Missing) in
    _ = try window()
    guard let broken = functionsOfBus0.last, functionsOfBus0.count > 1 else {
      throw Missing("pci-function")
    }
    var facts = trueFacts
    facts.agreeing = functionsOfBus0.filter { $0 != broken }
    facts.differing = [broken]
    for function in functionsOfBus0 {
      let mechanism = AccessPolicy.verified.decide(function, .vendorID, on: facts).mechanism
      let isPinned = mechanism == .mechanism1
      if isPinned != (function == broken || !facts.isGuest) {
        return .bits16(UInt32(function.routingID))
      }
    }
    return .text("it alone")
  },
]
