import CLinux
import Glibc
import Testing

@testable import KVM

/// An eventfd that writes of one size to an address of memory signal (api.rst 4.59
/// `KVM_IOEVENTFD`).
struct Bell: ~Copyable {
  private let event: Descriptor

  init(_ machine: borrowing Machine, at address: UInt64, size: UInt32) throws {
    let event = Descriptor(owning: eventfd(0, Int32(O_NONBLOCK)))
    try #require(event.rawValue >= 0)
    var structure = kvm_ioeventfd()
    structure.addr = address
    structure.len = size
    structure.fd = event.rawValue
    try machine.core.descriptor.request(
      0x4040_AE79, "KVM_IOEVENTFD", structure: &structure, argument: hexadecimal(address))
    self.event = event
  }

  /// How often it was signalled since this was asked for last.
  var count: UInt64 {
    var value: eventfd_t = 0
    return eventfd_read(event.rawValue, &value) == 0 ? value : 0
  }
}
