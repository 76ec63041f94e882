import PCIConfig
import Testing

private let bus0 = FunctionAddress(routingID: 0x0018)
private let bus9 = FunctionAddress(routingID: 0x0900)
private let segment1 = FunctionAddress(segment: 1, routingID: 0)

private func region(
  _ vouchers: ECAMVouchers, segment: UInt32 = 0, buses: ClosedRange<UInt8> = 0...7
) throws -> VouchedRegion {
  VouchedRegion(try ECAMRegion(base: 0xB000_0000, segment: segment, buses: buses), vouchers)
}

private func mechanism(
  _ policy: AccessPolicy, _ function: FunctionAddress, _ register: Register,
  _ facts: AccessFacts
) -> AccessDecision.Mechanism {
  policy.decide(function, register, on: facts).mechanism
}

/// A guest with a region that MCFG lists and the memory map reserves.
private func guestFacts() throws -> AccessFacts {
  AccessFacts(
    hypervisor: .guest(of: .kvm), mechanism1Answers: true,
    regions: [try region([.mcfg, .reservation])], agreeing: [bus0])
}

@Suite struct AccessPolicyTests {
  private let low: Register = 0x10
  private let high: Register = 0x100

  @Test func `linux takes mechanism 1 below 256 and ECAM from there on`() throws {
    let facts = try guestFacts()
    let ecam = facts.regions[0]
    #expect(
      AccessPolicy.linux.decide(bus0, low, on: facts)
        == AccessDecision(mechanism: .mechanism1, reasons: [.mechanism1Answers]))
    #expect(
      AccessPolicy.linux.decide(bus0, high, on: facts)
        == AccessDecision(
          mechanism: .ecam(ecam.region),
          reasons: [.registerBeyondMechanism1(high), .region(ecam)]))
    #expect(
      AccessPolicy.linux.decide(bus9, high, on: facts)
        == AccessDecision(
          mechanism: .refused, reasons: [.registerBeyondMechanism1(high), .noRegion(bus: 9)]))
  }

  @Test func `linux takes ECAM for another segment, and where mechanism 1 does not answer`()
    throws
  {
    var facts = try guestFacts()
    facts.regions.append(try region(.mcfg, segment: 1))
    facts.firmwareYear = 2020
    #expect(mechanism(.linux, segment1, low, facts) == .ecam(facts.regions[1].region))
    facts.mechanism1Answers = false
    #expect(
      AccessPolicy.linux.decide(bus0, low, on: facts)
        == AccessDecision(
          mechanism: .ecam(facts.regions[0].region),
          reasons: [.mechanism1Silent, .region(facts.regions[0])]))
  }

  @Test func `linux asks for a reservation under firmware of before 2016`() throws {
    var facts = try guestFacts()
    facts.regions = [try region(.mcfg)]
    for (year, isAccepted) in [(nil, false), (2015, false), (2016, true)] as [(UInt16?, Bool)] {
      facts.firmwareYear = year
      let expected: AccessDecision.Mechanism =
        isAccepted ? .ecam(facts.regions[0].region) : .refused
      #expect(mechanism(.linux, bus0, high, facts) == expected)
    }
    facts.firmwareYear = nil
    facts.mechanism1Answers = false
    #expect(mechanism(.linux, bus0, high, facts) == .ecam(facts.regions[0].region))
  }

  @Test func `prefer-ecam takes ECAM on a hypervisor and mechanism 1 where it does not reach`()
    throws
  {
    let facts = try guestFacts()
    #expect(mechanism(.preferECAM, bus0, low, facts) == .ecam(facts.regions[0].region))
    #expect(
      AccessPolicy.preferECAM.decide(bus9, low, on: facts)
        == AccessDecision(
          mechanism: .mechanism1, reasons: [.guest, .noRegion(bus: 9), .mechanism1Answers]))
  }

  @Test(arguments: [
    HypervisorDetection.Verdict.bareMetal, .host(of: .hyperV),
  ])
  func `prefer-ecam is linux where the machine is no guest`(
    verdict: HypervisorDetection.Verdict
  ) throws {
    var facts = try guestFacts()
    facts.hypervisor = verdict
    #expect(
      AccessPolicy.preferECAM.decide(bus0, low, on: facts)
        == AccessDecision(mechanism: .mechanism1, reasons: [.bareMetal, .mechanism1Answers]))
    #expect(mechanism(.preferECAM, bus0, high, facts) == .ecam(facts.regions[0].region))
  }

  @Test func `verified takes ECAM where the mechanisms agree`() throws {
    let facts = try guestFacts()
    #expect(
      AccessPolicy.verified.decide(bus0, low, on: facts)
        == AccessDecision(
          mechanism: .ecam(facts.regions[0].region),
          reasons: [.guest, .region(facts.regions[0]), .agrees(bus0)]))
  }

  @Test func `verified pins to mechanism 1 exactly the function that differs`() throws {
    var facts = try guestFacts()
    let other = bus0.sibling(1)
    facts.differing = [other]
    #expect(mechanism(.verified, bus0, low, facts) == .ecam(facts.regions[0].region))
    #expect(
      AccessPolicy.verified.decide(other, low, on: facts)
        == AccessDecision(
          mechanism: .mechanism1,
          reasons: [.guest, .region(facts.regions[0]), .differs(other), .mechanism1Answers]))
    #expect(
      AccessPolicy.verified.decide(other, high, on: facts)
        == AccessDecision(
          mechanism: .refused,
          reasons: [
            .guest, .region(facts.regions[0]), .differs(other), .registerBeyondMechanism1(high),
          ]))
  }

  @Test func `verified does as linux where nobody has compared, and says so`() throws {
    var facts = try guestFacts()
    facts.agreeing = []
    let decision = AccessPolicy.verified.decide(bus0, low, on: facts)
    #expect(decision.mechanism == .mechanism1)
    #expect(decision.reasons.contains(.notCompared(bus0)))
    #expect(mechanism(.verified, bus0, high, facts) == .ecam(facts.regions[0].region))
  }

  @Test func `verified trusts nothing that was only told`() throws {
    var facts = try guestFacts()
    facts.regions = [try region([.told, .reservation])]
    #expect(
      AccessPolicy.verified.decide(bus0, low, on: facts)
        == AccessDecision(
          mechanism: .mechanism1,
          reasons: [.guest, .regionOnlyTold(facts.regions[0].region), .mechanism1Answers]))
    #expect(mechanism(.verified, bus0, high, facts) == .refused)
  }

  @Test func `verified lets vouched-for ECAM stand alone where mechanism 1 does not answer`()
    throws
  {
    var facts = AccessFacts(
      hypervisor: .guest(of: .kvm), mechanism1Answers: false,
      regions: [try region(.deviceTree)])
    #expect(mechanism(.verified, bus0, low, facts) == .ecam(facts.regions[0].region))
    facts.hypervisor = .bareMetal
    #expect(mechanism(.verified, bus0, low, facts) == .ecam(facts.regions[0].region))
    facts.regions = [try region(.told)]
    #expect(mechanism(.verified, bus0, low, facts) == .refused)
  }

  @Test func `conf1 and ecam take that one only`() throws {
    let facts = try guestFacts()
    #expect(mechanism(.mechanism1, bus0, low, facts) == .mechanism1)
    #expect(
      AccessPolicy.mechanism1.decide(bus0, high, on: facts)
        == AccessDecision(mechanism: .refused, reasons: [.registerBeyondMechanism1(high)]))
    #expect(
      AccessPolicy.mechanism1.decide(segment1, low, on: facts)
        == AccessDecision(mechanism: .refused, reasons: [.segmentBeyondMechanism1(1)]))
    #expect(mechanism(.ecam, bus0, low, facts) == .ecam(facts.regions[0].region))
    #expect(
      AccessPolicy.ecam.decide(bus9, low, on: facts)
        == AccessDecision(mechanism: .refused, reasons: [.noRegion(bus: 9)]))
  }

  @Test func `linux says which region spoils its table, and which bus it cut off`() throws {
    let whole = try ECAMRegion(base: 0xB000_0000, buses: 0...255)
    let high = try ECAMRegion(base: 0xC_0000_0000, segment: 1, buses: 0...255)
    var facts = try guestFacts()
    func reason(_ function: FunctionAddress) -> AccessReason? {
      let decision = AccessPolicy.linux.decide(function, self.high, on: facts)
      return decision.mechanism == .refused ? decision.reasons.last : nil
    }
    facts.regions = [
      VouchedRegion(
        whole, .mcfg, reserved: ReservedBytes(byE820: 64 << 20, byMotherboard: 0))
    ]
    #expect(reason(bus0) == nil)
    let cutOff = FunctionAddress(routingID: 0x4000)
    #expect(reason(cutOff) == .regionReduced(whole, bus: 0x40))
    facts.regions.append(VouchedRegion(high, [.mcfg, .reservation]))
    #expect(reason(bus0) == .regionAbove4GiB(high))
    facts.firmwareYear = 2012
    #expect(reason(bus0) == nil)
    facts.regions[1] = VouchedRegion(high, .mcfg)
    #expect(reason(bus0) == .regionNotReserved(high))
    facts.regions[1] = VouchedRegion(high, .hostBridge)
    #expect(reason(bus0) == nil)
    #expect(reason(segment1) == .regionNotInMCFG(high))
    let zero = try ECAMRegion(base: 0, segment: 2, buses: 0...0)
    facts.regions.append(VouchedRegion(zero, .mcfg))
    #expect(reason(bus0) == .regionAtZero(zero))
    facts.linuxLeavesECAM = true
    #expect(reason(bus0) == .linuxLeavesECAM)
  }

  @Test func `what Linux was told binds linux only`() throws {
    var facts = try guestFacts()
    facts.linuxLeavesECAM = true
    #expect(mechanism(.linux, bus0, high, facts) == .refused)
    #expect(mechanism(.verified, bus0, high, facts) == .ecam(facts.regions[0].region))
  }

  @Test(arguments: [
    AccessFacts.Restriction.confidentialGuest, .possiblyConfidentialGuest, .xenParavirtual,
  ])
  func `a restricted machine uses ECAM only where the kernel does`(
    restriction: AccessFacts.Restriction
  ) throws {
    var facts = try guestFacts()
    facts.restriction = restriction
    for policy in AccessPolicy.allCases where policy != .mechanism1 {
      #expect(mechanism(policy, bus0, high, facts) == .refused)
    }
    #expect(mechanism(.verified, bus0, low, facts) == .mechanism1)
    let used = try region(.kernel, buses: 8...15)
    facts.regions.append(used)
    facts.agreeing.insert(bus9)
    #expect(mechanism(.verified, bus0, low, facts) == .mechanism1)
    #expect(
      AccessPolicy.verified.decide(bus9, low, on: facts)
        == AccessDecision(
          mechanism: .ecam(used.region),
          reasons: [
            .guest, .restricted(restriction), .kernelUsesECAM, .region(used), .agrees(bus9),
          ]))
  }

  @Test func `of several regions for a bus the kernel's counts first`() throws {
    var facts = try guestFacts()
    let used = VouchedRegion(try ECAMRegion(base: 0xE000_0000, buses: 0...255), .kernel)
    facts.regions.append(used)
    facts.restriction = .confidentialGuest
    #expect(mechanism(.verified, bus0, low, facts) == .ecam(used.region))
  }

  @Test func `a region that the kernel hides is ECAM for its buses, and no other`() throws {
    var facts = try guestFacts()
    facts.regions = []
    let hidden = HiddenECAMRegion(segment: 0, buses: 0...7)
    facts.hiddenRegions = [hidden]
    #expect(
      AccessPolicy.linux.decide(bus0, high, on: facts)
        == AccessDecision(
          mechanism: .hiddenECAM(hidden),
          reasons: [.registerBeyondMechanism1(high), .hiddenRegion(hidden)]))
    #expect(mechanism(.linux, bus0, low, facts) == .mechanism1)
    #expect(mechanism(.ecam, bus0, low, facts) == .hiddenECAM(hidden))
    #expect(mechanism(.linux, bus9, high, facts) == .refused)
    #expect(mechanism(.linux, segment1, high, facts) == .refused)
    #expect(
      AccessReason.hiddenRegion(hidden).description
        == "the kernel uses a region for segment 0000, buses 00-07, whose address only root may see"
    )
  }

  @Test func `verified takes no region that MCFG lists and a known memory map does not reserve`()
    throws
  {
    var facts = try guestFacts()
    let listed = VouchedRegion(
      facts.regions[0].region, .mcfg, reserved: ReservedBytes(byE820: 0, byMotherboard: 0))
    facts.regions = [listed]
    #expect(!listed.isVouchedFor)
    #expect(
      AccessPolicy.verified.decide(bus0, low, on: facts)
        == AccessDecision(
          mechanism: .mechanism1,
          reasons: [.guest, .regionOnlyListed(listed.region), .mechanism1Answers]))
    // Firmware itself has no map to look at.
    facts.regions = [VouchedRegion(listed.region, .mcfg)]
    #expect(mechanism(.verified, bus0, low, facts) == .ecam(listed.region))
  }

  @Test func `a reason is told once, also where one policy falls back on another`() throws {
    var facts = try guestFacts()
    facts.regions = [try region([.mcfg, .reservation], segment: 1)]
    facts.agreeing = []
    facts.mechanism1Answers = true
    #expect(
      AccessPolicy.preferECAM.decide(segment1, low, on: facts).reasons
        == [.guest, .region(facts.regions[0])])
    facts.regions = [try region([.mcfg, .reservation])]
    facts.hypervisor = .bareMetal
    let reasons = AccessPolicy.verified.decide(bus0, high, on: facts).reasons
    #expect(
      reasons
        == [
          .bareMetal, .region(facts.regions[0]), .notCompared(bus0),
          .registerBeyondMechanism1(high),
        ])
    facts.restriction = .xenParavirtual
    facts.regions = [try region(.kernel)]
    #expect(
      AccessPolicy.verified.decide(bus0, high, on: facts).reasons
        == [
          .bareMetal, .restricted(.xenParavirtual), .kernelUsesECAM, .region(facts.regions[0]),
          .notCompared(bus0), .registerBeyondMechanism1(high),
        ])
  }

  @Test func `no policy takes a region that is memory`() throws {
    var facts = try guestFacts()
    let damaged = VouchedRegion(
      facts.regions[0].region, [.mcfg, .reservation], overlapsMemory: true)
    facts.regions = [damaged]
    for policy in AccessPolicy.allCases where policy != .mechanism1 {
      let decision = policy.decide(bus0, high, on: facts)
      #expect(decision.mechanism == .refused)
      #expect(decision.reasons.contains(.regionOverMemory(damaged.region)))
    }
    #expect(mechanism(.verified, bus0, low, facts) == .mechanism1)
  }

  @Test func `linux keeps a region that the kernel uses`() throws {
    var facts = try guestFacts()
    facts.regions = [try region(.kernel)]
    #expect(mechanism(.linux, bus0, high, facts) == .ecam(facts.regions[0].region))
  }

  @Test func `of several regions for a bus the one with most speaking for it counts`() throws {
    var facts = try guestFacts()
    let told = VouchedRegion(
      try ECAMRegion(base: 0xE000_0000, buses: 0...255), [.told, .reservation])
    facts.regions.insert(told, at: 0)
    #expect(mechanism(.ecam, bus0, low, facts) == .ecam(facts.regions[1].region))
    #expect(mechanism(.ecam, bus9, low, facts) == .ecam(told.region))
  }

  @Test func `every decision has reasons, each once and one line`() throws {
    var variants: [AccessFacts] = []
    for verdict in [HypervisorDetection.Verdict.bareMetal, .guest(of: .xen), .unnamed] {
      for answers in [false, true] {
        for vouchers in [
          [], ECAMVouchers.told, .mcfg, [.mcfg, .reservation], .hostBridge, .kernel,
        ] {
          for restriction in [nil, AccessFacts.Restriction.confidentialGuest] {
            variants.append(
              AccessFacts(
                hypervisor: verdict, mechanism1Answers: answers,
                regions: [try region(vouchers)], restriction: restriction,
                hiddenRegions: [HiddenECAMRegion(segment: 0, buses: 8...15)],
                agreeing: [bus0], differing: [bus0.sibling(1)]))
          }
        }
      }
    }
    for facts in variants {
      for policy in AccessPolicy.allCases {
        for function in [bus0, bus0.sibling(1), bus9, segment1] {
          for register in [low, high] {
            let decision = policy.decide(function, register, on: facts)
            #expect(!decision.reasons.isEmpty)
            for (index, reason) in decision.reasons.enumerated() {
              #expect(!decision.reasons.prefix(index).contains(reason))
              #expect(!reason.description.isEmpty && !reason.description.contains("\n"))
            }
            if decision.mechanism == .mechanism1 {
              #expect(facts.mechanism1Answers && function.segment == 0 && !register.isExtended)
            }
          }
        }
      }
    }
  }
}
