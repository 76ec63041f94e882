import Glibc
import GuestProtocol
import KVM

/// The contents of a ROM that ends at 4 GiB, where the processor starts.
public struct FirmwareImage: Sendable {
  /// The sizes that an image can have, in bytes; each a multiple of 4096.
  public static let sizes = 4096...(16 << 20)

  let memory: GuestMemory

  /// The size in bytes.
  public var size: Int { memory.count }

  /// Takes an image from memory.
  ///
  /// - Parameter bytes: The image.
  /// - Throws: A ``FirmwareImageError`` where the size is not one of ``sizes``, or there is no memory.
  public init(_ bytes: [UInt8]) throws(FirmwareImageError) {
    try Self.check(size: bytes.count, name: "the image")
    memory = try Self.memory(bytes.count)
    memory.write(bytes, at: 0)
  }

  /// Reads an image from a file.
  ///
  /// - Parameter path: The file.
  /// - Throws: A ``FirmwareImageError`` where it cannot be read, or its size is not one of ``sizes``.
  public init(path: String) throws(FirmwareImageError) {
    // A pipe without a writer would make the call wait before it is known to be no image.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw .system(KVMError(call: "open", argument: path, errno: errno))
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .system(KVMError(call: "fstat", argument: path, errno: errno))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path) }
    try Self.check(size: Int(status.st_size), name: path)
    memory = try Self.memory(Int(status.st_size))
    let count: Int
    do {
      count = try memory.read(from: descriptor, name: path)
    } catch {
      throw .system(error)
    }
    guard count == memory.count else { throw .size(count, of: path) }
  }

  private static func memory(_ count: Int) throws(FirmwareImageError) -> GuestMemory {
    do {
      return try GuestMemory(count: count)
    } catch {
      throw .system(error)
    }
  }

  /// Changes what the image's parameter block tells the guest.
  ///
  /// - Parameter change: Does it.
  /// - Throws: A `ParameterBlockError` where the image has no block that this program understands;
  ///   it is unchanged then.
  public func updateParameters(
    _ change: (inout Parameters) -> Void
  ) throws(ParameterBlockError) {
    var bytes = memory.bytes(in: 0..<size)
    var parameters = try ParameterBlock.parameters(in: bytes)
    change(&parameters)
    try ParameterBlock.write(parameters, into: &bytes)
    memory.write(bytes, at: 0)
  }

  private static func check(size: Int, name: String) throws(FirmwareImageError) {
    guard sizes.contains(size) && size.isMultiple(of: 4096) else {
      throw .size(size, of: name)
    }
  }
}

/// Why something is no firmware image.
public enum FirmwareImageError: Error, Equatable, Sendable {
  /// A file of another type, such as a directory.
  case notAFile(String)
  /// The size in bytes, and the image's name.
  case size(Int, of: String)
  /// A file that cannot be read, or memory that there is not.
  case system(KVMError)
}

extension FirmwareImageError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    switch self {
    case .notAFile(let path): "\(path): not a regular file"
    case .size(let size, let name):
      "\(name): \(size) bytes: expected a multiple of 4096, from 4096 to 16777216"
    case .system(let error): "\(error)"
    }
  }
}
