/// The configuration registers of a machine, each access made by the mechanism that a policy selects
/// for the function and register.
public struct SelectedSpace<
  Mechanism1Space: ConfigurationSpace, ECAMSpace: ConfigurationSpace
>: ConfigurationSpace {
  /// Why an access fails.
  public typealias Failure = SelectionFailure<Mechanism1Space.Failure, ECAMSpace.Failure>

  /// The policy.
  public let policy: AccessPolicy
  /// What is known of the machine.
  public let facts: AccessFacts

  private let mechanism1: Mechanism1Space
  private let ecam: @Sendable (ECAMRegion) -> ECAMSpace

  /// Creates the space.
  ///
  /// - Parameters:
  ///   - policy: The policy.
  ///   - facts: What is known of the machine.
  ///   - mechanism1: The space of mechanism 1.
  ///   - ecam: Returns the space of ECAM through a region of `facts`; called for each access.
  public init(
    _ policy: AccessPolicy, on facts: AccessFacts, mechanism1: Mechanism1Space,
    ecam: @escaping @Sendable (ECAMRegion) -> ECAMSpace
  ) {
    self.policy = policy
    self.facts = facts
    self.mechanism1 = mechanism1
    self.ecam = ecam
  }

  /// Returns which mechanism an access takes, and why.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - register: The register.
  public func decision(for function: FunctionAddress, _ register: Register) -> AccessDecision {
    policy.decide(function, register, on: facts)
  }

  /// Reads a register by the mechanism that the policy selects.
  public func read(_ access: ConfigurationAccess) throws(Failure) -> UInt32 {
    switch try route(access.function, access.register) {
    case .mechanism1:
      do throws(Mechanism1Space.Failure) {
        return try mechanism1.read(access)
      } catch {
        throw .mechanism1(error)
      }
    case .ecam(let region):
      do throws(ECAMSpace.Failure) {
        return try ecam(region).read(access)
      } catch {
        throw .ecam(error)
      }
    }
  }

  /// Writes a register by the mechanism that the policy selects.
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Failure) {
    switch try route(access.function, access.register) {
    case .mechanism1:
      do throws(Mechanism1Space.Failure) {
        try mechanism1.write(access, value)
      } catch {
        throw .mechanism1(error)
      }
    case .ecam(let region):
      do throws(ECAMSpace.Failure) {
        try ecam(region).write(access, value)
      } catch {
        throw .ecam(error)
      }
    }
  }

  /// Reads consecutive doublewords, those below 0x100 and those from 0x100 on by the mechanism that
  /// the policy selects for them.
  ///
  /// - Returns: `count` values; fewer where the space of a mechanism ends, or where the policy refuses
  ///   registers from 0x100 on.
  public func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Failure) -> [UInt32] {
    let extended: Register = 0x100
    let route = try route(function, first)
    let firstCount = first < extended ? first.doublewordCount(upTo: count, before: 0x100) : count
    guard firstCount < count else { return try read(route, function, first, count) }
    guard let extendedRoute = Route(policy.mechanism(function, extended, on: facts)) else {
      return try read(route, function, first, firstCount)
    }
    if extendedRoute == route { return try read(route, function, first, count) }
    let values = try read(route, function, first, firstCount)
    guard values.count == firstCount else { return values }
    return values + (try read(extendedRoute, function, extended, count - firstCount))
  }

  private func read(
    _ route: Route, _ function: FunctionAddress, _ first: Register, _ count: Int
  ) throws(Failure) -> [UInt32] {
    switch route {
    case .mechanism1:
      do throws(Mechanism1Space.Failure) {
        return try mechanism1.doublewords(of: function, from: first, count: count)
      } catch {
        throw .mechanism1(error)
      }
    case .ecam(let region):
      do throws(ECAMSpace.Failure) {
        return try ecam(region).doublewords(of: function, from: first, count: count)
      } catch {
        throw .ecam(error)
      }
    }
  }

  private enum Route: Equatable {
    case mechanism1
    case ecam(ECAMRegion)

    init?(_ mechanism: AccessDecision.Mechanism) {
      switch mechanism {
      case .mechanism1: self = .mechanism1
      case .ecam(let region): self = .ecam(region)
      case .hiddenECAM, .refused: return nil
      }
    }
  }

  @inline(never)
  private func route(
    _ function: FunctionAddress, _ register: Register
  ) throws(Failure) -> Route {
    guard let route = Route(policy.mechanism(function, register, on: facts)) else {
      throw .refused(decision(for: function, register))
    }
    return route
  }
}

extension SelectedSpace: Sendable where Mechanism1Space: Sendable {}

/// Why an access by the mechanism that a policy selects fails.
public enum SelectionFailure<Mechanism1Failure: Error, ECAMFailure: Error>: Error {
  /// The policy selects no mechanism, or ECAM through a region whose address only the kernel knows.
  case refused(AccessDecision)
  /// Mechanism 1 was selected, and failed.
  case mechanism1(Mechanism1Failure)
  /// ECAM was selected, and failed.
  case ecam(ECAMFailure)
}

extension SelectionFailure: Equatable where Mechanism1Failure: Equatable, ECAMFailure: Equatable {}
