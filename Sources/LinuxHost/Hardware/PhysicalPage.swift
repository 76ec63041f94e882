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
    let mapping = RawQuestion.map(address)
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

  /// Reads a register with one access of its width.
  package func read(_ register: Register, _ width: AccessWidth) throws(SystemFailure) -> UInt32 {
    try LiveECAM.read(at: start + Int(register.offset), width, of: subject)
  }

  /// Writes a register with one access of its width.
  package func write(
    _ register: Register, _ width: AccessWidth, _ value: UInt32
  ) throws(SystemFailure) {
    try LiveECAM.write(at: start + Int(register.offset), width, value, of: subject)
  }

  /// Reads the first doublewords, at most 1024.
  package func doublewords(count: Int) throws(SystemFailure) -> [UInt32] {
    try LiveECAM.doublewords(at: start, count: count, of: subject)
  }

  /// Times reads of a doubleword, at most ``SharedPage/greatestTimeCount``.
  package func timeReads(of register: Register, count: Int) throws(SystemFailure) -> [UInt32] {
    try LiveECAM.timeLoads(at: start + Int(register.offset), count: count, of: subject)
  }
}
