import LinuxHost
import PCIConfig

/// A function's identifying registers, read from an ECAM region and compared with the kernel's files.
struct FunctionComparison {
  enum Result: Equatable {
    /// Both read the same.
    case same
    /// ECAM reads another value of the register than the kernel's file.
    case differs(Register, expected: UInt32)
    /// The kernel's file does not read the register.
    case noReference(Register)
    /// The system refused the region.
    case refused(SystemFailure)
    /// The recording does not hold the answer.
    case notRecorded
  }

  /// What was requested of the region, up to the first failure.
  let answers: [RawAnswer]
  /// The outcome.
  let result: Result

  /// Reads and compares.
  ///
  /// - Parameters:
  ///   - function: A function that the kernel knows and that has power.
  ///   - region: A region that decodes it and that may be accessed.
  ///   - host: The machine.
  init(_ function: KnownFunction, in region: ECAMRegion, _ host: Host) {
    answers = host.askECAM(function.address, in: region)
    if let failure = answers.lazy.compactMap(\.answer.failure).first {
      result = .refused(failure)
      return
    }
    let files = HostSpace.files(KernelFiles(host, function.mode))
    let ecam = RecordedRegisters(ecam: RecordedAnswers(answers), in: region)
    do {
      switch try IdentityComparison(of: function.address, through: files, and: ecam) {
      case .agrees: result = .same
      case .differs(let register, let expected, _):
        result = .differs(register, expected: expected)
      case .inconclusive(let register): result = .noReference(register)
      }
    } catch {
      switch error {
      case .first(let register, _): result = .noReference(register)
      case .second(_, .system(let failure)): result = .refused(failure)
      case .second: result = .notRecorded
      }
    }
  }
}

extension Host {
  /// The functions of a region that have power and respond, ascending, each read only when it is
  /// reached: a read costs exits. One without power reads as all ones, except through sysfs, which
  /// wakes it; all ones also match unmapped space and prove nothing.
  func answeringFunctions(
    in region: ECAMRegion, _ facts: SystemFacts
  ) -> LazyFilterSequence<[KnownFunction]> {
    (facts.functions.value ?? []).lazy.filter {
      $0.address.segment == region.segment && region.buses.contains($0.address.bus)
        && isPoweredOn($0) && doubleword(of: $0, .revisionID).value != .max
    }
  }
}
