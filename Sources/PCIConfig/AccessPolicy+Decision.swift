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

  /// Linux's arch/x86/pci/common.c: the base operations for domain 0 and registers below 256 where
  /// there are some, else the extended ones.
  mutating func linux() -> Mechanism {
    if canUseMechanism1() { return .mechanism1 }
    return ecam(.acceptedByLinux)
  }

  mutating func preferECAM() -> Mechanism {
    guard facts.isGuest else {
      reasons.append(.bareMetal)
      return linux()
    }
    reasons.append(.guest)
    let mechanism = ecam()
    return mechanism == .refused ? fallBack() : mechanism
  }

  mutating func verified() -> Mechanism {
    guard
      facts.isGuest || register.isExtended || !facts.mechanism1Answers
        || function.segment != 0
    else {
      reasons.append(.bareMetal)
      return linux()
    }
    reasons.append(facts.isGuest ? .guest : .bareMetal)
    let mechanism = ecam(.fromMachine)
    guard mechanism != .refused else { return fallBack() }
    guard facts.mechanism1Answers else {
      reasons.append(.mechanism1Silent)
      return mechanism
    }
    guard function.segment == 0 else {
      reasons.append(.segmentBeyondMechanism1(function.segment))
      return mechanism
    }
    switch facts.agreement(of: function) {
    case .agrees:
      reasons.append(.agrees(function))
      return mechanism
    case .differs:
      reasons.append(.differs(function))
      return fallBack()
    case .notCompared:
      reasons.append(.notCompared(function))
      return linux()
    }
  }

  mutating func mechanism1() -> Mechanism { fallBack() }

  mutating func ecam() -> Mechanism { ecam(.anything) }

  /// Mechanism 1 where it reaches, else nothing.
  private mutating func fallBack() -> Mechanism { canUseMechanism1() ? .mechanism1 : .refused }

  private mutating func canUseMechanism1() -> Bool {
    guard function.segment == 0 else {
      reasons.append(.segmentBeyondMechanism1(function.segment))
      return false
    }
    guard facts.mechanism1Answers else {
      reasons.append(.mechanism1Silent)
      return false
    }
    guard !register.isExtended else {
      reasons.append(.registerBeyondMechanism1(register))
      return false
    }
    reasons.append(.mechanism1Answers)
    return true
  }

  /// ECAM where a region decodes the function, the machine permits it, and nothing is objected to
  /// the region.
  @inline(never)
  private mutating func ecam(_ demand: Demand) -> Mechanism {
    guard let vouched = facts.region(for: function) else {
      reasons.append(.noRegion(bus: function.bus))
      return .refused
    }
    if let restriction = facts.restriction {
      reasons.append(.restricted(restriction))
      guard facts.kernelUsesECAM else { return .refused }
      reasons.append(.kernelUsesECAM)
    }
    if vouched.overlapsMemory {
      reasons.append(.regionOverMemory(vouched.region))
      return .refused
    }
    if let objection = objection(to: vouched, demand) {
      reasons.append(objection)
      return .refused
    }
    if !reasons.contains(.region(vouched)) { reasons.append(.region(vouched)) }
    return .ecam(vouched.region)
  }

  /// What a policy asks of a region.
  private enum Demand {
    case anything
    /// Something on the machine speaks for it.
    case fromMachine
    case acceptedByLinux
  }

  private func objection(to vouched: VouchedRegion, _ demand: Demand) -> AccessReason? {
    switch demand {
    case .anything: nil
    case .fromMachine: vouched.vouchers.areFromMachine ? nil : .regionOnlyTold(vouched.region)
    case .acceptedByLinux: objectionOfLinux(to: vouched)
    }
  }

  /// What Linux does with the regions of MCFG when it starts; one that it uses now it has accepted.
  private func objectionOfLinux(to vouched: VouchedRegion) -> AccessReason? {
    if vouched.vouchers.contains(.kernel) { return nil }
    guard vouched.vouchers.contains(.mcfg) else { return .regionNotInMCFG(vouched.region) }
    let discovery = LinuxECAMDiscovery(
      facts.regions.filter { $0.vouchers.contains(.mcfg) }, firmwareYear: facts.firmwareYear,
      mechanism1Answers: facts.mechanism1Answers, isDisabled: facts.linuxLeavesECAM)
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
    case .above4GiB(let region): return .regionAbove4GiB(region)
    case .notReserved(let region): return .regionNotReserved(region)
    }
  }
}
