extension AccessPolicy {
  /// Selects a mechanism for a register.
  ///
  /// The mechanism is the same for all registers of a function below 0x100, and for all from 0x100
  /// on.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - register: The register.
  ///   - facts: What is known of the machine.
  /// - Returns: The mechanism, and the facts that led to it.
  public func decide(
    _ function: FunctionAddress, _ register: Register, on facts: AccessFacts
  ) -> AccessDecision {
    var choice = Choice(function: function, register: register, facts: facts, keepsReasons: true)
    let mechanism = choice.mechanism(under: self)
    return AccessDecision(mechanism: mechanism, reasons: choice.reasons)
  }

  /// Selects a mechanism for a register without the reasons, which cost allocations.
  func mechanism(
    _ function: FunctionAddress, _ register: Register, on facts: AccessFacts
  ) -> AccessDecision.Mechanism {
    var choice = Choice(function: function, register: register, facts: facts, keepsReasons: false)
    return choice.mechanism(under: self)
  }
}

/// A decision in the making.
private struct Choice {
  typealias Mechanism = AccessDecision.Mechanism

  let function: FunctionAddress
  let register: Register
  let facts: AccessFacts
  let keepsReasons: Bool
  private(set) var reasons: [AccessReason] = []
  /// Whether the region is noted: `verified` falls back to `linux`, which looks at it again.
  private var hasRegion = false

  init(
    function: FunctionAddress, register: Register, facts: AccessFacts, keepsReasons: Bool
  ) {
    self.function = function
    self.register = register
    self.facts = facts
    self.keepsReasons = keepsReasons
  }

  @inline(never)
  mutating func mechanism(under policy: AccessPolicy) -> Mechanism {
    switch policy {
    case .linux: linux()
    case .preferECAM: preferECAM()
    case .verified: verified()
    case .mechanism1: mechanism1()
    case .ecam: ecam()
    }
  }

  @inline(never)
  private mutating func note(_ reason: AccessReason) {
    if keepsReasons { reasons.append(reason) }
  }

  /// Linux's arch/x86/pci/common.c: the base operations for domain 0 and registers below 256 where
  /// there are some, else the extended ones.
  private mutating func linux() -> Mechanism {
    if canUseMechanism1() { return .mechanism1 }
    return ecam(.acceptedByLinux)
  }

  private mutating func preferECAM() -> Mechanism {
    guard facts.isGuest else {
      note(.bareMetal)
      return linux()
    }
    note(.guest)
    let mechanism = ecam()
    return mechanism == .refused ? fallBack() : mechanism
  }

  private mutating func verified() -> Mechanism {
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

  private mutating func mechanism1() -> Mechanism { fallBack() }

  private mutating func ecam() -> Mechanism { ecam(.anything) }

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

  /// ECAM where a region decodes the function, the machine permits it, and there is no objection to
  /// the region.
  @inline(never)
  private mutating func ecam(_ demand: Demand) -> Mechanism {
    guard let vouched = facts.regions.region(for: function) else { return hiddenECAM() }
    let objection = vouched.objection(
      under: facts.restriction, requiresEvidence: demand == .vouchedFor)
    if let objection {
      note(objection)
      return .refused
    }
    if demand == .acceptedByLinux, let objection = objectionOfLinux(to: vouched) {
      note(objection)
      return .refused
    }
    if !hasRegion {
      if let restriction = facts.restriction {
        note(.restricted(restriction))
        note(.kernelUsesECAM)
      }
      note(.region(vouched))
      hasRegion = true
    }
    return .ecam(vouched.region)
  }

  /// ECAM as the kernel has it, where it hides the address.
  private mutating func hiddenECAM() -> Mechanism {
    for region in facts.hiddenRegions
    where region.segment == function.segment && region.buses.contains(function.bus) {
      if !hasRegion { note(.hiddenRegion(region)) }
      hasRegion = true
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
