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

  /// Puts the beginning of a file, read-only, in the place of a part.
  func replace(_ part: Range<Int>, withFile descriptor: Int32) throws(KVMError) {
    try replace(part, PROT_READ, MAP_SHARED, descriptor)
  }

  /// Puts zeroed memory in the place of a part.
  func replaceWithZeros(_ part: Range<Int>) throws(KVMError) {
    try replace(part, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1)
  }

  private func replace(
    _ part: Range<Int>, _ protection: Int32, _ flags: Int32, _ descriptor: Int32
  ) throws(KVMError) {
    let place = UnsafeMutableRawBufferPointer(rebasing: bytes[part])
    guard
      mmap(place.baseAddress, place.count, protection, flags | MAP_FIXED, descriptor, 0)
        != MAP_FAILED
    else { throw KVMError(call: "mmap", argument: "\(part.count) bytes", errno: errno) }
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }
}
