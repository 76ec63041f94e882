import LinuxHost
import PCIConfig

/// What a recording holds of an access mode that goes past the kernel's files: the answers of
/// mechanism 1, or those of ECAM.
package struct RecordedRegisters: ConfigurationSpace, Sendable {
  /// The mode: ``AccessMode/mechanism1`` or ``AccessMode/ecam``.
  let mode: AccessMode
  private let answers: RecordedAnswers
  /// The region, for ECAM.
  private let region: ECAMRegion?

  /// Takes the answers of mechanism 1.
  init(mechanism1 answers: RecordedAnswers) {
    self.answers = answers
    mode = .mechanism1
    region = nil
  }

  /// Takes the answers of ECAM.
  ///
  /// - Parameters:
  ///   - answers: What the recorded machine answered.
  ///   - region: The region that decodes the functions.
  init(ecam answers: RecordedAnswers, in region: ECAMRegion) {
    self.answers = answers
    mode = .ecam
    self.region = region
  }

  /// Reads a register of a recorded doubleword.
  ///
  /// - Throws: ``AccessFailure/absent(_:)`` where the recording does not hold it,
  ///   ``AccessFailure/system(_:)`` where the recorded machine refused it.
  package func read(_ access: ConfigurationAccess) throws(AccessFailure) -> UInt32 {
    let register = Register(integerLiteral: access.register.offset & ~3)
    switch answers.answer(to: request(access.function, register)).answer {
    case .known(let value):
      return value >> (UInt32(access.register.offset & 3) * 8) & access.width.allOnes
    case .absent: throw missing(access.function)
    case .failed(let failure): throw .system(failure)
    }
  }

  /// A recording is read-only: traps.
  package func write(_ access: ConfigurationAccess, _ value: UInt32) throws(AccessFailure) {
    preconditionFailure("a recording is read-only")
  }

  /// Reads consecutive doublewords, up to the first that the recording does not hold.
  package func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(AccessFailure) -> [UInt32] {
    var values: [UInt32] = []
    while values.count < count, Int(first.offset) + values.count * 4 < 4096 {
      let register = Register(integerLiteral: first.offset + UInt16(values.count * 4))
      do {
        values.append(try read(ConfigurationAccess(aligned: register, .doubleword, of: function)))
      } catch .absent where !values.isEmpty {
        break
      }
    }
    return values
  }

  /// Why there is no answer: the recorded machine refused the mode, or nobody asked.
  private func missing(_ function: FunctionAddress) -> AccessFailure {
    var requests: [RawRequest] = []
    if let region {
      requests.append(.openMemory)
      let first = ConfigurationAccess(aligned: .vendorID, .doubleword, of: function)
      if let address = try? region.address(of: first) { requests.append(.map(address)) }
    } else {
      requests.append(.portPermission)
    }
    let refusal = requests.lazy.compactMap { answers.failure(of: $0) }.first
    return refusal.map { .system($0) } ?? .absent("the record does not hold the answer")
  }

  private func request(_ function: FunctionAddress, _ register: Register) -> RawRequest {
    mode == .ecam ? .ecam(function, register) : .mechanism1(function, register)
  }
}
