// Decisions of the default policy where the facts are damaged on purpose: the decision must not
// follow them, and nothing may hang.

import GuestProtocol
import PCIConfig
import Runtime

private let verified: StaticString = "pcicfg: the policy verified"

/// The region that decodes bus 0, as it is.
@inline(never) private func region() throws(Missing) -> ECAMRegion {
  guard let vouched = MachineFacts.whole.regions.region(for: .hostBridge) else {
    throw Missing("ecam")
  }
  return vouched.region
}

@inline(never)
private func decide(
  _ register: Register, _ facts: AccessFacts, _ function: FunctionAddress = .hostBridge
) -> ReportedValue {
  AccessPolicy.verified.decide(function, register, on: facts).mechanism.name
}

private func regionElsewhere(_ base: UInt64, lastBus: UInt8 = 255) -> ECAMRegion {
  do throws(ECAMRegionError) {
    return try ECAMRegion(base: base, buses: 0...lastBus)
  } catch {
    panic("a region that cannot be")
  }
}

/// Facts with one region, which a table is said to list.
private func facts(
  _ region: ECAMRegion, _ vouchers: ECAMVouchers = .mcfg, overlapsMemory: Bool = false
) -> AccessFacts {
  MachineFacts.facts(
    with: [VouchedRegion(region, vouchers, overlapsMemory: overlapsMemory)])
}

/// The checks of the suite.
public let checks: [Check] = [
  Check("damaged-facts.base.conventional", verified, wants: .text("conf1")) { () throws(Missing) in
    try requireMechanism1()
    return decide(0x00, facts(regionElsewhere(0xD000_0000)))
  },
  Check("damaged-facts.base.extended", verified, wants: .text("refused")) {
    () throws(Missing) in
    try requireMechanism1()
    return decide(0x100, facts(regionElsewhere(0xD000_0000)))
  },
  // The first 256 MiB, where memory is, whatever the table says.
  Check("damaged-facts.memory.under-region", verified, wants: .text("conf1")) {
    () throws(Missing) in
    try requireMechanism1()
    return decide(0x00, facts(regionElsewhere(0)))
  },
  Check("damaged-facts.memory.known", verified, wants: .text("conf1")) { () throws(Missing) in
    try requireMechanism1()
    return decide(0x00, facts(try region(), overlapsMemory: true))
  },
  Check("damaged-facts.voucher.only-told", verified, wants: .text("conf1")) { () throws(Missing) in
    try requireMechanism1()
    return decide(0x00, facts(try region(), .told))
  },
  Check("damaged-facts.buses.beyond-range", verified, wants: .text("conf1")) {
    () throws(Missing) in
    try requireMechanism1()
    let narrow = regionElsewhere(try region().addresses.lowerBound, lastBus: 0)
    return decide(0x00, facts(narrow), FunctionAddress(routingID: 0x0100))
  },
  // Nobody has compared a bus where nothing was found, however many the table claims.
  Check("damaged-facts.buses.too-many", verified, wants: .text("conf1")) {
    () throws(Missing) in
    try requireMechanism1()
    let window = try ExpressWindow.open(at: Firmware.windowBase, .buses64)
    let wide = facts(regionElsewhere(window.region.addresses.lowerBound))
    return decide(0x00, wide, FunctionAddress(routingID: 0xF000))
  }.restoringWindow(),
  // One function that shows something else through ECAM is pinned to mechanism 1, no other.
  Check("damaged-facts.function.one-differs", verified, wants: .text("it alone")) {
    () throws(Missing) in
    try requireMechanism1()
    _ = try region()
    guard let broken = MachineFacts.functions.last,
      MachineFacts.functions.count > 1
    else { throw Missing("pci-function") }
    var facts = MachineFacts.whole
    facts.agreeing = FunctionSet(MachineFacts.functions.filter { $0 != broken })
    facts.differing = [broken]
    for function in MachineFacts.functions {
      let mechanism = AccessPolicy.verified.decide(function, .vendorID, on: facts).mechanism
      let isPinned = mechanism == .mechanism1
      if isPinned != (function == broken || !facts.isGuest) {
        return .bits16(UInt32(function.routingID))
      }
    }
    return .text("it alone")
  },
]
