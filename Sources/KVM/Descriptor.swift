import CLinux
import Glibc

/// A file descriptor of KVM's, closed with its owner.
struct Descriptor: ~Copyable, Sendable {
  let rawValue: Int32

  init(owning rawValue: Int32) { self.rawValue = rawValue }

  deinit { close(rawValue) }

  /// Issues a request whose argument is a number.
  @discardableResult
  func request(
    _ number: UInt, _ call: String, _ value: UInt = 0,
    argument: @autoclosure () -> String = ""
  ) throws(KVMError) -> Int32 {
    let result = clinux_ioctl(rawValue, number, value)
    guard result >= 0 else {
      throw KVMError(call: call, argument: argument(), errno: errno)
    }
    return result
  }

  /// Issues a request whose argument is a structure that KVM reads, writes or both.
  @discardableResult
  func request<Value>(
    _ number: UInt, _ call: String, structure: inout Value,
    argument: @autoclosure () -> String = ""
  ) throws(KVMError) -> Int32 {
    let result = withUnsafeMutablePointer(to: &structure) {
      clinux_ioctl(rawValue, number, UInt(bitPattern: $0))
    }
    guard result >= 0 else {
      throw KVMError(call: call, argument: argument(), errno: errno)
    }
    return result
  }
}
