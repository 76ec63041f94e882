import Glibc
import PCIConfig

/// A page of physical memory, mapped through `/dev/mem`: the registers of one function in ECAM.
///
/// It is accessed in a child process, as an access may end the one that makes it.
package struct PhysicalPage: ~Copyable {
  private let start: UnsafeMutableRawPointer
  private let subject: String

  /// Maps a page.
  ///
  /// - Parameters:
  ///   - address: Its address, a multiple of 4096.
  ///   - isWritable: Whether it is mapped for writing, too.
  package init(_ address: UInt64, isWritable: Bool = false) throws(SystemFailure) {
    let mapping = RawRequest.map(address)
    guard let offset = off_t(exactly: address) else {
      throw SystemFailure(mapping.call, mapping.subject, .errno(EOVERFLOW))
    }
    let memory =
      isWritable
      ? try FileDescriptor(updating: "/dev/mem", flags: O_SYNC)
      : try FileDescriptor(reading: "/dev/mem", flags: O_SYNC)
    let protection = isWritable ? PROT_READ | PROT_WRITE : PROT_READ
    let mapped = mmap(nil, 4096, protection, MAP_SHARED, memory.number, offset)
    guard let mapped, mapped != MAP_FAILED else {
      throw SystemFailure(mapping.call, mapping.subject, .errno(errno))
    }
    start = mapped
    subject = "0x\(hexadecimal(address, digits: 1))"
  }

  deinit { munmap(start, 4096) }

  /// Reads with one access.
  ///
  /// - Parameters:
  ///   - offset: Where in the page, a multiple of the width.
  ///   - width: The width.
  package func read(at offset: Int, _ width: AccessWidth) throws(SystemFailure) -> UInt32 {
    try LiveECAM.read(at: start + offset, width, of: subject)
  }

  /// Writes with one access.
  ///
  /// - Parameters:
  ///   - offset: Where in the page, a multiple of the width.
  ///   - width: The width.
  ///   - value: The value; bits beyond the width are ignored.
  package func write(
    at offset: Int, _ width: AccessWidth, _ value: UInt32
  ) throws(SystemFailure) {
    try LiveECAM.write(at: start + offset, width, value, of: subject)
  }

  /// Reads consecutive doublewords.
  ///
  /// - Parameters:
  ///   - offset: Where in the page the first one is, a multiple of 4.
  ///   - count: How many, to the end of the page at most.
  package func doublewords(at offset: Int = 0, count: Int) throws(SystemFailure) -> [UInt32] {
    try LiveECAM.doublewords(at: start + offset, count: count, of: subject)
  }

  /// Times reads of a doubleword, at most ``SharedPage/greatestTimeCount``.
  ///
  /// - Returns: The times in nanoseconds, with what reading the clock takes.
  package func timeReads(at offset: Int, count: Int) throws(SystemFailure) -> [UInt32] {
    try LiveECAM.timeLoads(at: start + offset, count: count, of: subject)
  }
}
