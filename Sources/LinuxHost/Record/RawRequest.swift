import PCIConfig

/// A request whose answer is in no file of a recording: one that goes past the kernel's interfaces to
/// PCI, or one that the system refused.
public enum RawRequest: Hashable, Sendable {
  /// The permission to use the ports of mechanism 1 (ioperm(2)).
  case portPermission
  /// What CONFIG_ADDRESS reads back after a function's address was written to it.
  case configAddress
  /// A doubleword read by mechanism 1.
  case mechanism1(FunctionAddress, Register)
  /// The permission to open the device of physical memory.
  case openMemory
  /// The permission to map the page of physical memory at an address.
  case map(UInt64)
  /// A doubleword read from an ECAM region.
  case ecam(FunctionAddress, Register)
  /// The lower half of SEV_STATUS.
  case sevStatus
  /// The opening of a file or directory, by its path without the leading slash.
  case open(String)
  /// The reading of a file or directory, by its path without the leading slash.
  case read(String)
  /// The size of a file, by its path without the leading slash.
  case size(String)

  /// The request of a file that a failure is about.
  init(_ failure: SystemFailure) {
    let path = String(failure.subject.drop { $0 == "/" })
    self = failure.call == "open" ? .open(path) : .read(path)
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

  /// What it is made on, for a reader.
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

  /// Whether its answer is a number, and not just that it was permitted.
  var hasValue: Bool {
    switch self {
    case .configAddress, .mechanism1, .ecam, .sevStatus, .size: true
    case .portPermission, .openMemory, .map, .open, .read: false
    }
  }

  /// This request with its answer.
  package func answered(_ answer: Fact<UInt32>) -> RawAnswer {
    RawAnswer(request: self, answer: answer)
  }

  /// This request with the failure that was its answer.
  package func failed(_ cause: SystemFailure.Cause) -> RawAnswer {
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
  /// The value that was read, or 0 where nothing is read; absent where a recording does not hold it.
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
