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
  /// - Throws: A ``ForgedTableError`` where the size is not one of ``sizes``.
  public init(_ bytes: [UInt8]) throws(ForgedTableError) {
    try self.init(bytes, name: "the table")
  }

  /// Reads a table from a file, or what can be read like one.
  ///
  /// - Parameter path: The file.
  /// - Throws: A ``ForgedTableError`` where it cannot be read, or its size is not one of ``sizes``.
  public init(path: String) throws(ForgedTableError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .system(KVMError(call: "open", argument: path, errno: errno))
    }
    defer { close(descriptor) }
    let bytes: [UInt8]
    do {
      let page = try GuestMemory(count: MemorySlot.pageSize)
      bytes = page.bytes(in: 0..<(try page.read(from: descriptor, name: path)))
    } catch {
      throw .system(error)
    }
    try self.init(bytes, name: path)
  }

  private init(_ bytes: [UInt8], name: String) throws(ForgedTableError) {
    guard Self.sizes.contains(bytes.count) else {
      throw .size(bytes.count, of: name)
    }
    self.bytes = bytes
  }
}

/// Why something is no table.
public enum ForgedTableError: Error, Equatable, Sendable {
  /// The size in bytes, as far as it was read, and what messages call the table.
  case size(Int, of: String)
  /// A file that cannot be read.
  case system(KVMError)
}

extension ForgedTableError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    switch self {
    case .size(let size, let name):
      let sizes = ForgedTable.sizes
      let size = size > sizes.upperBound ? "more than \(sizes.upperBound) bytes" : "\(size) bytes"
      return "\(name): \(size): expected a table of \(sizes.lowerBound) to \(sizes.upperBound)"
    case .system(let error): return "\(error)"
    }
  }
}
