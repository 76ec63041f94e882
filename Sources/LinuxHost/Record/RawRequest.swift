import PCIConfig

/// A request whose answer is in no file of a recording: one that bypasses the kernel's PCI
/// interfaces, or one that the system refused.
public enum RawRequest: Hashable, Sendable {
  /// The permission to use the ports of mechanism 1, 0xCF8 to 0xCFF (ioperm(2)).
  case portPermission
  /// What CONFIG_ADDRESS reads back after an address was written to it.
  case configAddress
  /// A doubleword read by mechanism 1.
  case mechanism1(FunctionAddress, Register)
  /// The permission to open `/dev/mem`.
  case openMemory
  /// The permission to map the page of physical memory at this address.
  case map(UInt64)
  /// A doubleword read from an ECAM region.
  case ecam(FunctionAddress, Register)
  /// The lower half of SEV_STATUS.
  case sevStatus
  /// Opening a file or directory; its path has no leading slash.
  case open(String)
  /// Reading a file or directory; its path has no leading slash.
  case read(String)
  /// The size of a file in bytes; its path has no leading slash.
  case size(String)

  /// The request for a file that ended in a failure; `nil` for a failure of another kind.
  init?(_ failure: SystemFailure) {
    guard failure.subject.hasPrefix("/") else { return nil }
    let path = String(failure.subject.dropFirst())
    switch failure.call {
    case "open": self = .open(path)
    case "read": self = .read(path)
    case "stat": self = .size(path)
    default: return nil
    }
  }

  /// The system call or access, for a reader.
  package var call: String {
    switch self {
    case .portPermission: "ioperm"
    case .configAddress, .mechanism1: "conf1"
    case .openMemory, .open: "open"
    case .map: "mmap"
    case .ecam: "ecam"
    case .sevStatus: "rdmsr"
    case .read: "read"
    case .size: "stat"
    }
  }

  /// The object of the call, for a reader: ports, a register, or a path.
  package var subject: String {
    switch self {
    case .portPermission: "0xcf8-0xcff"
    case .configAddress: "CONFIG_ADDRESS"
    case .mechanism1(let function, let register), .ecam(let function, let register):
      "\(function) \(register)"
    case .openMemory: "/dev/mem"
    case .map(let address): "/dev/mem at 0x\(hexadecimal(address, digits: 1))"
    case .sevStatus: "0x\(hexadecimal(ConfidentialGuest.sevStatusRegister, digits: 8))"
    case .open(let path), .read(let path), .size(let path): "/" + path
    }
  }

  /// Whether the answer is a value where it is no failure.
  var hasValue: Bool {
    switch self {
    case .configAddress, .mechanism1, .ecam, .sevStatus, .size: true
    case .portPermission, .openMemory, .map, .open, .read: false
    }
  }

  /// Whether only a failure is an answer: what was read is in the recording's files.
  var isOnlyFailure: Bool {
    switch self {
    case .open, .read: true
    default: false
    }
  }

  /// Returns this request with its answer.
  package func answered(_ answer: Fact<UInt32>) -> RawAnswer {
    RawAnswer(request: self, answer: answer)
  }

  /// Returns this request with the failure that was its answer.
  func failed(_ cause: SystemFailure.Cause) -> RawAnswer {
    answered(.failed(SystemFailure(call, subject, cause)))
  }
}

extension RawRequest: CustomStringConvertible {
  /// For example `mmap /dev/mem at 0xb0000000`.
  public var description: String { "\(call) \(subject)" }
}

/// A raw request and its answer.
public struct RawAnswer: Equatable, Sendable {
  /// The request.
  public let request: RawRequest
  /// The value that was read, or 0 for a permission; absent where a recording does not have it.
  public let answer: Fact<UInt32>
}

extension RawAnswer: CustomStringConvertible {
  /// For example `ioperm 0xcf8-0xcff: EPERM (Operation not permitted)`.
  public var description: String {
    switch answer {
    case .known(let value):
      request.hasValue ? "\(request): 0x\(hexadecimal(value, digits: 8))" : "\(request): ok"
    case .absent: "\(request): not in the record"
    case .failed(let failure): "\(request): \(failure.cause)"
    }
  }
}
