import Glibc

/// What the operating system answered when it did not do what it was asked.
public struct SystemFailure: Error, Equatable, Sendable {
  /// How a request ended.
  public enum Cause: Equatable, Sendable {
    /// The call failed with this number of `<errno.h>`.
    case errno(Int32)
    /// The access was ended by this signal.
    case signal(Int32)
    /// The data ended before what was asked for.
    case endOfFile
    /// There is no regular file, but a pipe, a device or a socket.
    case irregularFile
  }

  /// The call or access, for example `open`.
  public let call: String
  /// What it was asked of: a path, a range of ports.
  public let subject: String
  /// How it ended.
  public let cause: Cause

  /// Creates a failure.
  public init(_ call: String, _ subject: String, _ cause: Cause) {
    self.call = call
    self.subject = subject
    self.cause = cause
  }

  /// The number of `<errno.h>` that the call failed with; 0 where it ended otherwise.
  package var number: Int32 {
    guard case .errno(let number) = cause else { return 0 }
    return number
  }

  /// Whether the call failed with this number.
  public func isErrno(_ number: Int32) -> Bool { cause == .errno(number) }
}

extension SystemFailure: CustomStringConvertible {
  /// For example `open /dev/mem: EPERM (Operation not permitted)`.
  public var description: String { "\(call) \(subject.isEmpty ? "''" : subject): \(cause)" }
}

extension SystemFailure.Cause: CustomStringConvertible {
  /// The name and, in brackets, the system's text.
  public var description: String {
    switch self {
    // Of the calls here only the opening of a record's file ends so.
    case .errno(EXDEV): "\(name) (a link that leads out of the record)"
    case .errno(let number): "\(name) (\(String(cString: strerror(number))))"
    case .signal(let number): "\(name) (\(String(cString: strsignal(number))))"
    case .endOfFile: "\(name) (end of file)"
    case .irregularFile: "\(name) (not a regular file)"
    }
  }

  /// The name alone, a single word: `EPERM`, `SIGSEGV`, `EOF`, `errno=95` where it is not known here.
  public var name: String {
    switch self {
    case .errno(let number):
      Self.errnoNames.first { $0.number == number }?.name ?? "errno=\(number)"
    case .signal(let number):
      Self.signalNames.first { $0.number == number }?.name ?? "signal=\(number)"
    case .endOfFile: "EOF"
    case .irregularFile: "irregular"
    }
  }

  /// Reads a name that ``name`` wrote.
  public init?(name: some StringProtocol) {
    if let entry = Self.errnoNames.first(where: { $0.name == name }) {
      self = .errno(entry.number)
    } else if let entry = Self.signalNames.first(where: { $0.name == name }) {
      self = .signal(entry.number)
    } else if name == "EOF" {
      self = .endOfFile
    } else if name == "irregular" {
      self = .irregularFile
    } else if name.hasPrefix("errno="), let number = Int32(name.dropFirst(6)) {
      self = .errno(number)
    } else if name.hasPrefix("signal="), let number = Int32(name.dropFirst(7)) {
      self = .signal(number)
    } else {
      return nil
    }
  }

  private static let errnoNames: [(number: Int32, name: String)] = [
    (EPERM, "EPERM"), (ENOENT, "ENOENT"), (EINTR, "EINTR"), (EIO, "EIO"), (ENXIO, "ENXIO"),
    (EBADF, "EBADF"), (EAGAIN, "EAGAIN"), (ENOMEM, "ENOMEM"), (EACCES, "EACCES"),
    (EFAULT, "EFAULT"), (EBUSY, "EBUSY"), (EXDEV, "EXDEV"), (ENODEV, "ENODEV"),
    (ENOTDIR, "ENOTDIR"),
    (EISDIR, "EISDIR"), (EINVAL, "EINVAL"), (EMFILE, "EMFILE"), (ENFILE, "ENFILE"),
    (EROFS, "EROFS"), (ENAMETOOLONG, "ENAMETOOLONG"), (ENOSYS, "ENOSYS"), (ELOOP, "ELOOP"),
    (EOPNOTSUPP, "EOPNOTSUPP"), (EFBIG, "EFBIG"), (ENOSPC, "ENOSPC"),
  ]

  private static let signalNames: [(number: Int32, name: String)] = [
    (SIGSEGV, "SIGSEGV"), (SIGBUS, "SIGBUS"), (SIGILL, "SIGILL"), (SIGKILL, "SIGKILL"),
  ]
}
