import Glibc

/// Pages of this process that KVM shares, unmapped with their owner.
struct Mapping: ~Copyable {
  let bytes: UnsafeMutableRawBufferPointer

  /// Maps zeroed memory that no file stands behind.
  init(anonymous count: Int) throws(KVMError) {
    // Guests touch little of the memory they are given: reserve nothing.
    try self.init(
      count: count, flags: MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, descriptor: -1)
  }

  /// Maps the first `count` bytes behind a descriptor.
  init(count: Int, of descriptor: borrowing Descriptor) throws(KVMError) {
    try self.init(count: count, flags: MAP_SHARED, descriptor: descriptor.rawValue)
  }

  private init(count: Int, flags: Int32, descriptor: Int32) throws(KVMError) {
    let address = mmap(nil, count, PROT_READ | PROT_WRITE, flags, descriptor, 0)
    guard let address, address != MAP_FAILED else {
      throw KVMError(call: "mmap", argument: "\(count) bytes", errno: errno)
    }
    bytes = UnsafeMutableRawBufferPointer(start: address, count: count)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
