import CLinux
import Glibc

/// A counter that the kernel and any thread can raise and wait for (`eventfd(2)`).
///
/// Doorbells raise it, and raising it can be an interrupt: ``Machine/assign(_:to:)`` and
/// ``Machine/assignInterrupt(gsi:to:)``. The assignments keep the counter alive, so it may be let go
/// of before they are.
public struct EventDescriptor: ~Copyable, Sendable {
  let descriptor: Descriptor

  /// Creates a counter.
  ///
  /// - Parameter count: What it starts with.
  /// - Throws: A `KVMError` of `eventfd` where there are no more descriptors.
  public init(count: UInt32 = 0) throws(KVMError) {
    let opened = eventfd(count, CLINUX_EFD_CLOEXEC | CLINUX_EFD_NONBLOCK)
    guard opened >= 0 else {
      throw KVMError(call: "eventfd", argument: "count \(count)", errno: errno)
    }
    descriptor = Descriptor(owning: opened)
  }

  private init(owning descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// Another descriptor of the same counter.
  ///
  /// - Throws: A `KVMError` of `fcntl` where there are no more descriptors.
  public func duplicate() throws(KVMError) -> EventDescriptor {
    let opened = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
    guard opened >= 0 else {
      throw KVMError(call: "fcntl", argument: "F_DUPFD_CLOEXEC", errno: errno)
    }
    return EventDescriptor(owning: Descriptor(owning: opened))
  }

  /// The number of the descriptor, for `poll(2)` and its like. It stays this value's own.
  public var fileDescriptor: Int32 { descriptor.rawValue }

  /// Raises the counter.
  ///
  /// - Parameter count: By how much, at most `UInt64.max - 1`.
  /// - Throws: A `KVMError` of `write`: `EAGAIN` where the sum would exceed `UInt64.max - 1`,
  ///   `EINVAL` for `UInt64.max`.
  public func signal(_ count: UInt64 = 1) throws(KVMError) {
    guard eventfd_write(descriptor.rawValue, count) == 0 else {
      throw KVMError(call: "write", argument: "eventfd, count \(count)", errno: errno)
    }
  }

  /// Takes what the counter holds, which sets it to zero.
  ///
  /// - Returns: How often it was raised since it was last taken; 0 where it was not.
  /// - Throws: A `KVMError` of `read`.
  public func takeCount() throws(KVMError) -> UInt64 {
    var count: UInt64 = 0
    guard eventfd_read(descriptor.rawValue, &count) == 0 else {
      guard errno == EAGAIN else { throw KVMError(call: "read", argument: "eventfd", errno: errno) }
      return 0
    }
    return count
  }

  /// Waits until the counter is raised, then takes it.
  ///
  /// - Parameter limit: How long to wait at most, with a resolution of a millisecond.
  /// - Returns: How often it was raised since it was last taken; 0 where the limit has passed.
  /// - Throws: A `KVMError` of `poll` or `read`.
  public func takeCount(waitingAtMost limit: Duration) throws(KVMError) -> UInt64 {
    let deadline = ContinuousClock.now + limit
    while true {
      let count = try takeCount()
      guard count == 0 else { return count }
      let left = deadline - .now
      guard left > .zero else { return 0 }
      var request = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
      let milliseconds = (left / .milliseconds(1)).rounded(.up)
      let result = poll(&request, 1, Int32(min(milliseconds, Double(Int32.max))))
      guard result >= 0 || errno == EINTR else {
        throw KVMError(call: "poll", argument: "eventfd", errno: errno)
      }
    }
  }
}
