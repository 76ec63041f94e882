extension AccessPolicy {
  /// Chooses a mechanism for a register.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - register: The register.
  ///   - facts: What is known of the machine.
  public func decide(
    _ function: FunctionAddress, _ register: Register, on facts: AccessFacts
  ) -> AccessDecision {
    var choice = Choice(function: function, register: register, facts: facts)
    let mechanism =
      switch self {
      case .linux: choice.linux()
      case .preferECAM: choice.preferECAM()
      case .verified: choice.verified()
      case .mechanism1: choice.mechanism1()
      case .ecam: choice.ecam()
      }
    return AccessDecision(mechanism: mechanism, reasons: choice.reasons)
  }
}

/// A decision in the making.
private struct Choice {
  typealias Mechanism = AccessDecision.Mechanism

  let function: FunctionAddress
  let register: Register
  let facts: AccessFacts
  var reasons: [AccessReason] = []

  init(function: FunctionAddress, register: Register, facts: AccessFacts) {
    self.function = function
    self.register = register
    self.facts = facts
  }

  /// Notes a fact, once: a policy may fall back on another that looks at the same.
  private mutating func note(_ reason: AccessReason) {
    if !reasons.contains(reason) { reasons.append(reason) }
  }

  /// Linux's arch/x86/pci/common.c: the base operations for domain 0 and registers below 256 where
  /// there are some, else the extended ones.
  mutating func linux() -> Mechanism {
    if canUseMechanism1() { return .mechanism1 }
    return ecam(.acceptedByLinux)
  }

  mutating func preferECAM() -> Mechanism {
    guard facts.isGuest else {
      note(.bareMetal)
      return linux()
    }
    note(.guest)
    let mechanism = ecam()
    return mechanism == .refused ? fallBack() : mechanism
  }

  mutating func verified() -> Mechanism {
    guard
      facts.isGuest || register.isExtended || !facts.mechanism1Answers
        || function.segment != 0
    else {
      note(.bareMetal)
      return linux()
    }
    note(facts.isGuest ? .guest : .bareMetal)
    let mechanism = ecam(.vouchedFor)
    guard mechanism != .refused else { return fallBack() }
    guard facts.mechanism1Answers else {
      note(.mechanism1Silent)
      return mechanism
    }
    guard function.segment == 0 else {
      note(.segmentBeyondMechanism1(function.segment))
      return mechanism
    }
    switch facts.agreement(of: function) {
    case .agrees:
      note(.agrees(function))
      return mechanism
    case .differs:
      note(.differs(function))
      return fallBack()
    case .notCompared:
      note(.notCompared(function))
      return linux()
    }
  }

  mutating func mechanism1() -> Mechanism { fallBack() }

  mutating func ecam() -> Mechanism { ecam(.anything) }

  /// Mechanism 1 where it reaches, else nothing.
  private mutating func fallBack() -> Mechanism { canUseMechanism1() ? .mechanism1 : .refused }

  private mutating func canUseMechanism1() -> Bool {
    guard function.segment == 0 else {
      note(.segmentBeyondMechanism1(function.segment))
      return false
    }
    guard facts.mechanism1Answers else {
      note(.mechanism1Silent)
      return false
    }
    guard !register.isExtended else {
      note(.registerBeyondMechanism1(register))
      return false
    }
    note(.mechanism1Answers)
    return true
  }

  /// ECAM where a region decodes the function, the machine permits it, and nothing is objected to
  /// the region.
  @inline(never)
  private mutating func ecam(_ demand: Demand) -> Mechanism {
    guard let vouched = facts.region(for: function) else { return hiddenECAM() }
    if let restriction = facts.restriction {
      note(.restricted(restriction))
      guard vouched.vouchers.contains(.kernel) else { return .refused }
      note(.kernelUsesECAM)
    }
    if vouched.overlapsMemory {
      note(.regionOverMemory(vouched.region))
      return .refused
    }
    if let objection = objection(to: vouched, demand) {
      note(objection)
      return .refused
    }
    note(.region(vouched))
    return .ecam(vouched.region)
  }

  /// ECAM as the kernel has it, where it hides the address.
  private mutating func hiddenECAM() -> Mechanism {
    for region in facts.hiddenRegions
    where region.segment == function.segment && region.buses.contains(function.bus) {
      note(.hiddenRegion(region))
      return .hiddenECAM(region)
    }
    note(.noRegion(bus: function.bus))
    return .refused
  }

  /// What a policy asks of a region.
  private enum Demand {
    case anything
    /// The machine vouches for it.
    case vouchedFor
    case acceptedByLinux
  }

  private func objection(to vouched: VouchedRegion, _ demand: Demand) -> AccessReason? {
    switch demand {
    case .anything: nil
    case .vouchedFor:
      if vouched.isVouchedFor {
        nil
      } else if vouched.vouchers.contains(.mcfg) {
        .regionOnlyListed(vouched.region)
      } else {
        .regionOnlyTold(vouched.region)
      }
    case .acceptedByLinux: objectionOfLinux(to: vouched)
    }
  }

  /// What Linux does with the regions of MCFG when it starts; one that it uses now it has accepted.
  private func objectionOfLinux(to vouched: VouchedRegion) -> AccessReason? {
    if vouched.vouchers.contains(.kernel) { return nil }
    guard vouched.vouchers.contains(.mcfg) else { return .regionNotInMCFG(vouched.region) }
    let discovery = LinuxECAMDiscovery(
      facts.regions.filter { $0.vouchers.contains(.mcfg) }, of: facts.mcfgIssuer,
      firmwareYear: facts.firmwareYear, mechanism1Answers: facts.mechanism1Answers,
      isDisabled: facts.linuxLeavesECAM)
    switch discovery {
    case .accepted(let regions):
      for region in regions
      where region.base == vouched.region.base && region.segment == vouched.region.segment
        && region.buses.contains(function.bus)
      {
        return nil
      }
      return .regionReduced(vouched.region, bus: function.bus)
    case .disabled: return .linuxLeavesECAM
    case .atZero(let region): return .regionAtZero(region)
    case .above4GiB(let region): return .regionAbove4GiB(region)
    case .notReserved(let region): return .regionNotReserved(region)
    }
  }
}
