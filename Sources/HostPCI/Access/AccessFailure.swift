import LinuxHost
import PCIConfig

/// Why registers were not accessed in the mode that was chosen.
package enum AccessFailure: Error, Equatable {
  /// The system refused, or the access failed.
  case system(SystemFailure)
  /// The mode does not lead there.
  case unreachable(ReachError)
  /// The function has no power.
  case noPower
  /// No region that may be touched decodes the function's bus; why not others.
  case noRegion([String])
  /// A register has another value through ECAM than in another mode.
  case differs(Register, value: UInt32, expected: UInt32, AccessMode)
  /// No other mode reads the function.
  case noReference
  /// CONFIG_ADDRESS held something else each time: nothing was read or written.
  case addressLost(UInt32, seen: UInt32)
  /// CONFIG_ADDRESS held something else after a write.
  case writeUncertain(UInt32, seen: UInt32)
  /// There are no such registers; why.
  case absent(String)
  /// The policy reaches the register by no mechanism.
  case refused(AccessDecision)
}

extension AccessFailure: CustomStringConvertible {
  /// What was tried and what came back, in one line.
  package var description: String {
    switch self {
    case .system(let failure): return "\(failure)"
    case .unreachable(let error): return "\(error)"
    case .noPower: return "the function has no power (D3cold): not tried; sysfs wakes it"
    case .noRegion(let objections):
      return objections.isEmpty
        ? "no ECAM region decodes its bus" : objections.joined(separator: "; ")
    case .differs(let register, let value, let expected, let mode):
      return "ecam reads 0x\(hexadecimal(value, digits: 8)) for register \(register), "
        + "\(mode.rawValue) 0x\(hexadecimal(expected, digits: 8)): the region cannot be trusted"
    case .noReference:
      return "no other mode reads its identification, to compare with: ecam is not tried"
    case .addressLost(let address, let seen):
      return "CONFIG_ADDRESS was given 0x\(hexadecimal(address, digits: 8)) and held "
        + "0x\(hexadecimal(seen, digits: 8)) each time: another program accesses it at the same time; "
        + "try again"
    case .writeUncertain(let address, let seen):
      return "CONFIG_ADDRESS was given 0x\(hexadecimal(address, digits: 8)) and held "
        + "0x\(hexadecimal(seen, digits: 8)) after the write: another access intervened, and "
        + "another register may have been written"
    case .absent(let what): return what
    case .refused(let decision):
      return "the policy selects no usable mechanism: "
        + decision.reasons.map(\.description).joined(separator: "; ")
    }
  }

  /// The description, with the cause and the remedy of a refusal.
  ///
  /// - Parameters:
  ///   - access: How the registers were accessed.
  func line(_ access: HostAccess) -> String {
    guard case .system(let failure) = self, access.isRaw, access.host.isLive else {
      return description
    }
    return "\(failure): \(AccessDiagnosis.ofRawAccess(failure, SystemFacts(access.host)).line)"
  }
}

/// The failure of a configuration space, which a host reports as an ``AccessFailure``.
protocol AccessFailureConvertible: Error {
  /// The same failure.
  var accessFailure: AccessFailure { get }
}

extension SystemFailure: AccessFailureConvertible {
  var accessFailure: AccessFailure { .system(self) }
}

extension PortFailure: AccessFailureConvertible {
  var accessFailure: AccessFailure {
    switch self {
    case .system(let failure): .system(failure)
    case .addressLost(let address, let seen): .addressLost(address, seen: seen)
    case .writeUncertain(let address, let seen): .writeUncertain(address, seen: seen)
    }
  }
}

extension MechanismFailure: AccessFailureConvertible where Underlying: AccessFailureConvertible {
  var accessFailure: AccessFailure {
    switch self {
    case .unreachable(let error): .unreachable(error)
    case .failed(let failure): failure.accessFailure
    }
  }
}

extension SelectionFailure: AccessFailureConvertible
where Mechanism1Failure == AccessFailure, ECAMFailure == AccessFailure {
  var accessFailure: AccessFailure {
    switch self {
    case .refused(let decision): .refused(decision)
    case .mechanism1(let failure), .ecam(let failure): failure
    }
  }
}
