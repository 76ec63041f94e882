import Glibc

/// A call to KVM or to the operating system on its behalf that failed.
public struct KVMError: Error, Equatable, Sendable {
  /// The call, by the name that Linux's documentation gives it, such as `KVM_CREATE_VCPU`.
  public let call: String
  /// What the call was asked for, such as a path, a slot or an address; empty where it takes
  /// nothing.
  public let argument: String
  /// The error number that the call left behind.
  public let errno: Int32

  /// Creates an error from its parts.
  public init(call: String, argument: String = "", errno: Int32) {
    self.call = call
    self.argument = argument
    self.errno = errno
  }
}

extension KVMError: CustomStringConvertible {
  /// One line: `KVM_CREATE_VCPU(id 0): Device or resource busy`.
  public var description: String { "\(call)(\(argument)): \(systemMessage)" }

  /// The operating system's words for ``errno``.
  public var systemMessage: String { String(cString: strerror(errno)) }
}
