import Glibc
import KVM
import TestSupport
import Testing

@Suite("Event descriptors", .hangLimit)
struct EventDescriptorTests {
  @Test("Signals add up until the count is taken, which sets it to zero")
  func counting() throws {
    let event = try EventDescriptor(count: 2)
    try event.signal()
    try event.signal(39)
    #expect(try event.takeCount() == 42)
    #expect(try event.takeCount() == 0)
  }

  @Test("A duplicate is the same counter, also when the first descriptor is closed")
  func duplicate() throws {
    let event = try EventDescriptor()
    let duplicate = try event.duplicate()
    #expect(duplicate.fileDescriptor != event.fileDescriptor)
    try event.signal(3)
    #expect(fcntl(duplicate.fileDescriptor, F_GETFD) & FD_CLOEXEC != 0)
    _ = consume event
    #expect(try duplicate.takeCount() == 3)
  }

  @Test("A count that would overflow is refused and adds nothing")
  func overflow() throws {
    let event = try EventDescriptor()
    try event.signal(.max - 1)
    #expect(throws: KVMError(call: "write", argument: "eventfd, count 1", errno: EAGAIN)) {
      try event.signal()
    }
    #expect(
      throws: KVMError(call: "write", argument: "eventfd, count \(UInt64.max)", errno: EINVAL)
    ) { try event.signal(.max) }
    #expect(try event.takeCount() == .max - 1)
  }

  @Test("Waiting ends with the signal of another thread, or with its limit")
  func waiting() throws {
    let event = try EventDescriptor()
    #expect(try event.takeCount(waitingAtMost: .milliseconds(1)) == 0)
    #expect(try event.takeCount(waitingAtMost: .milliseconds(-1)) == 0)
    let signaller = Thread { [duplicate = try event.duplicate()] in
      usleep(1000)
      try? duplicate.signal(5)
    }
    #expect(try event.takeCount(waitingAtMost: .hangLimit) == 5)
    signaller.join()
  }
}
