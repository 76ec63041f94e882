import Glibc
import KVM

/// An ACPI table as somebody wrote it, right or wrong.
public struct ForgedTable: Equatable, Sendable {
  /// The sizes that it can have, in bytes.
  public static let sizes = 1...ACPIImage.greatestTable

  let bytes: [UInt8]

  /// Takes a table from memory.
  ///
  /// - Parameter bytes: The table.
  /// - Throws: A `ForgedTableError` where the size is not one of ``sizes``.
  public init(_ bytes: [UInt8]) throws(ForgedTableError) {
    try self.init(bytes, name: "the table")
  }

  /// Reads a table from a file, or what can be read like one.
  ///
  /// - Parameter path: The file.
  /// - Throws: A `KVMError` where it cannot be read, a `ForgedTableError` where its size is not one
  ///   of ``sizes``.
  public init(path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw KVMError(call: "open", argument: path, errno: errno) }
    defer { close(descriptor) }
    let page = try GuestMemory(count: MemorySlot.pageSize)
    try self.init(page.bytes(in: 0..<page.read(from: descriptor, name: path)), name: path)
  }

  private init(_ bytes: [UInt8], name: String) throws(ForgedTableError) {
    guard Self.sizes.contains(bytes.count) else {
      throw ForgedTableError(name: name, size: bytes.count)
    }
    self.bytes = bytes
  }
}

/// What has not the size of a table.
public struct ForgedTableError: Error, Equatable, Sendable {
  /// What messages call it.
  public let name: String
  /// Its size in bytes, as far as it was read.
  public let size: Int
}

extension ForgedTableError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    let sizes = ForgedTable.sizes
    let size = size > sizes.upperBound ? "more than \(sizes.upperBound) bytes" : "\(size) bytes"
    return "\(name): \(size): expected a table of \(sizes.lowerBound) to \(sizes.upperBound)"
  }
}
