import LinuxHost
import PCIConfig

/// A function's identification registers, read from an ECAM region and compared with sysfs.
struct FunctionComparison {
  enum Result: Equatable {
    /// Both show the same.
    case same
    /// Another value than sysfs shows for the register.
    case differs(Register, expected: UInt32)
    /// sysfs does not read the register.
    case noReference(Register)
    /// The system refused the region.
    case refused(SystemFailure)
    /// The record does not hold the answer.
    case notRecorded
  }

  /// What was asked of the region, as far as it came.
  let answers: [RawAnswer]
  /// The outcome.
  let result: Result

  /// Asks and compares.
  ///
  /// - Parameters:
  ///   - function: A function that the kernel knows and that has power.
  ///   - region: A region that decodes it and that may be touched.
  ///   - host: The machine.
  init(_ function: KnownFunction, in region: ECAMRegion, _ host: Host) {
    answers = host.askECAM(function.address, in: region)
    result = Self.judge(answers, function, host)
  }

  private static func judge(
    _ answers: [RawAnswer], _ function: KnownFunction, _ host: Host
  ) -> Result {
    var isRead = false
    for answer in answers {
      switch answer.answer {
      case .absent: return .notRecorded
      case .failed(let failure): return .refused(failure)
      case .known(let value):
        guard let register = register(of: answer.question, function.address) else { continue }
        guard let expected = host.doubleword(of: function, register).value else {
          return .noReference(register)
        }
        guard value == expected else { return .differs(register, expected: expected) }
        isRead = true
      }
    }
    return isRead ? .same : .notRecorded
  }

  private static func register(of question: RawQuestion, _ function: FunctionAddress) -> Register? {
    [Register.vendorID, .revisionID].first { .ecam(function, $0) == question }
  }
}

extension Host {
  /// The functions of a region that have power and answer the kernel, ascending, each asked only
  /// when it is come to: a read costs exits. One without power answers all ones, except through
  /// sysfs, which wakes it; where nothing but ones is read, any address agrees.
  func answeringFunctions(
    in region: ECAMRegion, _ facts: SystemFacts
  ) -> LazyFilterSequence<[KnownFunction]> {
    (facts.functions.value ?? []).lazy.filter {
      $0.address.segment == region.segment && region.buses.contains($0.address.bus)
        && isAwake($0) && doubleword(of: $0, .revisionID).value != .max
    }
  }
}
