// The choice of a mechanism, made in the guest by the source that pcicfg uses on a host: facts as
// firmware finds them, the decisions of the policies, and what they lead to on all buses.

import GuestProtocol
import PCIConfig
import Runtime

private let linux: StaticString = "Linux arch/x86/pci/common.c, mmconfig-shared.c"
private let patch: StaticString = "x86/PCI: Prefer MMIO over PIO, v2"
private let verified: StaticString = "pcicfg: the policy verified"

/// The checks of the suite.
public let checks: [Check] = factChecks + decisionChecks + enumerationChecks

/// The function that decisions are made for: the host bridge, or the first of a machine without one.
private let function = MachineFacts.functions.first ?? .hostBridge

/// The region that decodes the function.
@inline(never) private func region() throws(Missing) -> VouchedRegion {
  guard let vouched = MachineFacts.whole.regions.region(for: function) else {
    throw Missing("ecam")
  }
  return vouched
}

@inline(never) private func anyMechanism() throws(Missing) {
  if !mechanism1Answers { _ = try region() }
}

@inline(never) private func decide(_ policy: AccessPolicy, _ register: Register) -> ReportedValue {
  policy.decide(function, register, on: MachineFacts.whole).mechanism.name
}

/// The fact that a decision under the default policy ends with.
private func reason(_ register: Register) -> ReportedValue {
  let decision = AccessPolicy.verified.decide(function, register, on: MachineFacts.whole)
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
  Check(observing: "selector.facts.regions", verified) { .count(MachineFacts.regions.count) },
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
    try requireMechanism1()
    _ = try region()
    return .count(
      MachineFacts.functions.count - MachineFacts.whole.agreeing.count
        + MachineFacts.whole.differing.count)
  },
]

/// What the policies that prefer ECAM in a guest must choose for a register of conventional space.
@inline(never) private func preferred() -> ReportedValue {
  guard let vouched = MachineFacts.whole.regions.region(for: function), vouched.isVouchedFor else {
    return .text("conf1")
  }
  return .text(MachineFacts.whole.isGuest || !mechanism1Answers ? "ecam" : "conf1")
}

private let decisionChecks = [
  Check("selector.linux.conventional", linux, wants: .text("conf1")) { () throws(Missing) in
    try requireMechanism1()
    return decide(.linux, 0x00)
  },
  // Without mechanism 1 what MCFG lists, or nothing; with it nothing that is not reserved.
  Check("selector.linux.extended", linux) { () throws(Missing) in
    try anyMechanism()
    let isListed =
      MachineFacts.whole.regions.region(for: function)?.vouchers.contains(.mcfg) ?? false
    let wanted: StaticString = isListed && !mechanism1Answers ? "ecam" : "refused"
    return .compare(.text(wanted), decide(.linux, 0x100))
  },
  Check("selector.prefer-ecam.conventional", patch) { () throws(Missing) in
    try anyMechanism()
    let told =
      MachineFacts.whole.regions.region(for: function).map { _ in MachineFacts.whole.isGuest }
      ?? false
    return .compare(told ? .text("ecam") : preferred(), decide(.preferECAM, 0x00))
  },
  Check("selector.verified.conventional", verified) { () throws(Missing) in
    try anyMechanism()
    return .compare(preferred(), decide(.verified, 0x00))
  },
  Check("selector.verified.extended", verified) { () throws(Missing) in
    try anyMechanism()
    let vouched = MachineFacts.whole.regions.region(for: function)
    let wanted: StaticString = vouched?.isVouchedFor ?? false ? "ecam" : "refused"
    return .compare(.text(wanted), decide(.verified, 0x100))
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
    try requireMechanism1()
    _ = try region()
    var pinned: FunctionAddress?
    var count = 0
    for function in MachineFacts.functions {
      let reasons = AccessPolicy.verified.decide(function, 0x100, on: MachineFacts.whole).reasons
      let differs = reasons.contains { if case .differs(function) = $0 { true } else { false } }
      guard differs else { continue }
      pinned = function
      count += 1
    }
    guard let pinned else { return .text("none") }
    return count == 1 ? .bits16(UInt32(pinned.routingID)) : .count(count)
  },
  Check("selector.conf1.extended", verified, wants: .text("refused")) { () throws(Missing) in
    try requireMechanism1()
    return decide(.mechanism1, 0x100)
  },
  Check("selector.ecam.conventional", verified, wants: .text("ecam")) { () throws(Missing) in
    _ = try region()
    return decide(.ecam, 0x00)
  },
]

private typealias Failure = SelectionFailure<MechanismFailure<Never>, MechanismFailure<Never>>

/// Configuration space under the default policy.
private let selected = SelectedSpace(
  .default, on: MachineFacts.whole, mechanism1: mechanism1,
  ecam: { ECAM($0, FirmwareMemory()) })

/// The functions that are reached from bus 0 under the default policy; none where it refuses access.
private let selectedFunctions: [FunctionAddress] = {
  do throws(Failure) {
    return try selected.functions(inSegment: 0)
  } catch {
    return []
  }
}()

/// Whether a function has the identification under the default policy that mechanism 1 returns.
@inline(never) private func isSelectedRight(_ function: FunctionAddress) -> Bool {
  do throws(Failure) {
    let access = ConfigurationAccess(aligned: .vendorID, .doubleword, of: function)
    return try selected.read(access) == mechanism1.read(function, .vendorID)
  } catch {
    return false
  }
}

private let enumerationChecks = [
  Check(observing: "selector.enumeration.functions", verified) { () throws(Missing) in
    try anyMechanism()
    return .count(selectedFunctions.count)
  },
  // The functions that only one of them finds, and those that they identify differently.
  Check("selector.enumeration.differences", verified, wants: .count(0)) { () throws(Missing) in
    try requireMechanism1()
    _ = try region()
    let functions = MachineFacts.functions
    return .count(
      functions.count { !selectedFunctions.contains($0) || !isSelectedRight($0) }
        + selectedFunctions.count { !functions.contains($0) })
  },
  // The first device of every bus, most of which are not there: no policy is asked.
  Check("selector.enumeration.all-buses", verified, wants: .count(0)) { () throws(Missing) in
    try requireMechanism1()
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
