import PCIConfig

/// A request whose answer is in no file: one that goes past the kernel's own PCI interfaces, or one
/// that the system refused.
public struct RawQuestion: Hashable, Sendable {
  /// What is asked: `ioperm`, `conf1`, `open`, `mmap`, `ecam`, `rdmsr`, `stat`,
  /// or the call that the system refused.
  public let call: String
  /// What it is asked of.
  public let subject: String

  package init(call: String, subject: String) {
    self.call = call
    self.subject = subject
  }

  /// The right to use the ports of mechanism 1.
  package static let portPermission = RawQuestion(call: "ioperm", subject: "0xcf8-0xcff")
  /// What CONFIG_ADDRESS reads back after 0x80000000 was written to it.
  package static let latch = RawQuestion(call: "conf1", subject: "CONFIG_ADDRESS")
  /// The right to open the device of physical memory.
  package static let openMemory = RawQuestion(call: "open", subject: "/dev/mem")

  /// The opening of a file or directory by its path without the leading slash.
  static func openFile(_ name: String) -> RawQuestion {
    RawQuestion(call: "open", subject: "/" + name)
  }

  /// The size of a file by its path without the leading slash.
  package static func size(of name: String) -> RawQuestion {
    RawQuestion(call: "stat", subject: "/" + name)
  }

  /// The lower half of SEV_STATUS.
  static let sevStatus = RawQuestion(
    call: "rdmsr", subject: "0x\(hexadecimal(ConfidentialGuest.sevStatusRegister, digits: 8))")

  /// A doubleword read by mechanism 1.
  package static func mechanism1(_ function: FunctionAddress, _ register: Register) -> RawQuestion {
    RawQuestion(call: "conf1", subject: "\(function) \(register)")
  }

  /// The right to map a page of physical memory.
  package static func map(_ address: UInt64) -> RawQuestion {
    RawQuestion(call: "mmap", subject: "/dev/mem at 0x\(hexadecimal(address, digits: 1))")
  }

  /// A doubleword read from an ECAM region.
  package static func ecam(_ function: FunctionAddress, _ register: Register) -> RawQuestion {
    RawQuestion(call: "ecam", subject: "\(function) \(register)")
  }

  /// This question with its answer.
  package func answered(_ answer: Fact<UInt32>) -> RawAnswer {
    RawAnswer(question: self, answer: answer)
  }

  /// This question with the failure that was its answer.
  func failed(_ cause: SystemFailure.Cause) -> RawAnswer {
    answered(.failed(SystemFailure(call, subject, cause)))
  }
}

extension RawQuestion: CustomStringConvertible {
  /// For example `mmap /dev/mem at 0xb0000000`.
  public var description: String { "\(call) \(subject)" }
}

/// A raw request and what became of it.
public struct RawAnswer: Equatable, Sendable {
  /// What was asked.
  public let question: RawQuestion
  /// The value that was read, or 0 where nothing is read; absent where a record does not tell.
  public let answer: Fact<UInt32>
}

extension RawAnswer: CustomStringConvertible {
  /// For example `ioperm 0xcf8-0xcff: EPERM (Operation not permitted)`.
  public var description: String {
    switch answer {
    case .known(let value):
      switch question.call {
      case "conf1", "ecam", "rdmsr", "stat": "\(question): 0x\(hexadecimal(value, digits: 8))"
      default: "\(question): ok"
      }
    case .absent: "\(question): not in the record"
    case .failed(let failure): "\(question): \(failure.cause)"
    }
  }
}
