import CLinux
import Glibc

/// Memory of this process that guests use as theirs, through one memory slot or several.
///
/// A class, because slots, their aliases and the machine's owner share one mapping, which must last
/// as long as any of them. The guest may change a byte at any moment, also while it is being read:
/// each access here moves bytes and promises nothing about their order.
public final class GuestMemory: @unchecked Sendable {
  /// A class can hold an optional one of these, but not of descriptors.
  private final class File: Sendable {
    let descriptor: Descriptor

    init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }
  }

  private let mapping: Mapping
  /// The file behind pages that all show ones; `nil` for memory of zeros.
  private let ones: File?

  /// Maps zeroed memory.
  ///
  /// - Parameter count: The size in bytes: a positive multiple of 4096.
  /// - Throws: A `KVMError` of `mmap` where the system has no room for it.
  public init(count: Int) throws(KVMError) {
    precondition(
      count > 0 && count.isMultiple(of: MemorySlot.pageSize),
      "guest memory is whole pages of 4096 bytes, not \(count) bytes")
    mapping = try Mapping(anonymous: count)
    ones = nil
  }

  /// Maps memory in which every bit is set, for address ranges where nothing answers.
  ///
  /// The same 2 MiB stand behind all of it, whatever its size; a page takes room of its own from
  /// ``separatePage(at:)`` on, and only such pages can be written.
  ///
  /// - Parameter count: The size in bytes: a positive multiple of 2 MiB.
  /// - Throws: A `KVMError` of the system call that failed.
  public init(ones count: Int) throws(KVMError) {
    precondition(
      count > 0 && count.isMultiple(of: Self.onesSize),
      "memory of ones is whole pieces of 2 MiB, not \(count) bytes")
    let file = File(Descriptor(owning: memfd_create("ones", CLINUX_MFD_CLOEXEC)))
    guard file.descriptor.rawValue >= 0 else { throw KVMError(call: "memfd_create", errno: errno) }
    let bytes = [UInt8](repeating: 0xFF, count: Self.onesSize)
    guard Glibc.write(file.descriptor.rawValue, bytes, bytes.count) == bytes.count else {
      throw KVMError(call: "write", argument: "\(bytes.count) bytes of memory", errno: errno)
    }
    let mapping = try Mapping(anonymous: count)
    for offset in stride(from: 0, to: count, by: Self.onesSize) {
      try mapping.replace(offset..<offset + Self.onesSize, withFile: file.descriptor.rawValue)
    }
    self.mapping = mapping
    ones = file
  }

  /// The size of the pages that all memory of ones shares, in bytes.
  private static let onesSize = 2 << 20

  /// Gives a page of memory of ones room of its own; it is zero then.
  ///
  /// - Parameter offset: The offset of the page, a multiple of 4096 within `0..<count`; any other
  ///   traps.
  /// - Throws: A `KVMError` of `mmap`.
  public func separatePage(at offset: Int) throws(KVMError) {
    try mapping.replaceWithZeros(page(at: offset))
  }

  /// Lets a page of memory of ones show ones again.
  ///
  /// - Parameter offset: The offset of the page, a multiple of 4096 within `0..<count`; any other
  ///   traps, as does memory of zeros.
  /// - Throws: A `KVMError` of `mmap`.
  public func restoreOnes(at offset: Int) throws(KVMError) {
    guard let file = ones else {
      preconditionFailure("memory of zeros has no ones to restore")
    }
    try mapping.replace(page(at: offset), withFile: file.descriptor.rawValue)
  }

  private func page(at offset: Int) -> Range<Int> {
    precondition(
      offset.isMultiple(of: MemorySlot.pageSize)
        && contains(offset..<offset + MemorySlot.pageSize),
      "no page of memory of \(count) bytes is at \(offset)")
    return offset..<offset + MemorySlot.pageSize
  }

  /// The size in bytes.
  public var count: Int { mapping.bytes.count }

  /// Copies bytes out.
  ///
  /// - Parameter range: The offsets of the bytes, within `0..<count`; any other traps.
  /// - Returns: The bytes.
  public func bytes(in range: Range<Int>) -> [UInt8] {
    precondition(contains(range), "\(range) is outside of memory of \(count) bytes")
    return Array(UnsafeRawBufferPointer(rebasing: mapping.bytes[range]))
  }

  /// Copies bytes in.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - offset: Where the first one goes; all must lie within `0..<count`, others trap.
  public func write(_ bytes: some Sequence<UInt8>, at offset: Int) {
    let bytes = Array(bytes)
    precondition(
      offset >= 0 && offset <= count && bytes.count <= count - offset,
      "\(bytes.count) bytes at \(offset) are outside of memory of \(count) bytes")
    bytes.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(rebasing: mapping.bytes[offset...]).copyMemory(from: $0)
    }
  }

  /// Reads a little-endian integer, which need not be aligned.
  ///
  /// - Parameters:
  ///   - type: Its type.
  ///   - offset: The offset of its first byte; all its bytes must lie within `0..<count`, others
  ///     trap.
  /// - Returns: The integer.
  public func load<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type, at offset: Int
  ) -> Integer {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<Integer>.size,
      "offset \(offset) is outside of memory of \(count) bytes")
    return Integer(littleEndian: mapping.bytes.loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Writes a little-endian integer, which need not be aligned.
  ///
  /// - Parameters:
  ///   - value: The integer.
  ///   - offset: The offset of its first byte; all its bytes must lie within `0..<count`, others
  ///     trap.
  public func store<Integer: FixedWidthInteger & BitwiseCopyable>(_ value: Integer, at offset: Int)
  {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<Integer>.size,
      "offset \(offset) is outside of memory of \(count) bytes")
    mapping.bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: Integer.self)
  }

  /// Fills the memory from a file, from its present position on, up to the end of either.
  ///
  /// - Parameters:
  ///   - descriptor: A file descriptor that is open for reading. It stays open.
  ///   - name: What messages call the file.
  /// - Returns: The number of bytes read.
  /// - Throws: A `KVMError` of `read`.
  public func read(from descriptor: Int32, name: String) throws(KVMError) -> Int {
    var filled = 0
    while filled < count {
      let result = Glibc.read(
        descriptor, mapping.bytes.baseAddress.map { $0 + filled }, count - filled)
      if result == 0 { break }
      guard result > 0 else {
        if errno == EINTR { continue }
        throw KVMError(call: "read", argument: name, errno: errno)
      }
      filled += result
    }
    return filled
  }

  /// The address in this process of the byte at an offset, for KVM.
  func address(of offset: Int) -> UInt64 {
    UInt64(UInt(bitPattern: mapping.bytes.baseAddress)) + UInt64(offset)
  }

  private func contains(_ range: Range<Int>) -> Bool {
    range.lowerBound >= 0 && range.upperBound <= count
  }
}
