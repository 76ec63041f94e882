import Glibc
import LinuxHost
import PCIConfig

/// Configuration space through the kernel's files: sysfs, else procfs, or one of them alone.
package struct KernelFiles: ConfigurationSpace, Sendable {
  private let host: Host
  private let mode: AccessMode?

  /// Creates the space.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - mode: ``AccessMode/sysfs`` or ``AccessMode/procfs``; `nil` for the first that has the file.
  package init(_ host: Host, _ mode: AccessMode? = nil) {
    self.host = host
    self.mode = mode
  }

  /// A value, and the mode that served it.
  package struct Served<Value> {
    let value: Value
    let mode: AccessMode
  }

  /// Reads a register with one system call.
  package func read(_ access: ConfigurationAccess) throws(SystemFailure) -> UInt32 {
    try serve(access).value
  }

  /// Writes a register with one system call.
  package func write(_ access: ConfigurationAccess, _ value: UInt32) throws(SystemFailure) {
    _ = try serve(access, writing: value)
  }

  /// Reads consecutive doublewords with one system call, as many as the file has.
  package func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(SystemFailure) -> [UInt32] {
    let served = try bytes(of: function, from: first, count: count * 4)
    guard served.value.count >= 4 else { throw endOfFile(function) }
    return (0..<served.value.count / 4).map {
      UInt32(served.value.littleEndian(at: $0 * 4, count: 4))
    }
  }

  /// Reads a register, and says which file served it.
  func serve(_ access: ConfigurationAccess) throws(SystemFailure) -> Served<UInt32> {
    let width = access.width.byteCount
    let served = try bytes(of: access.function, from: access.register, count: width)
    guard served.value.count == width else { throw endOfFile(access.function) }
    return Served(
      value: UInt32(served.value.littleEndian(at: 0, count: width)), mode: served.mode)
  }

  /// Writes a register, and says which file served it.
  func serve(
    _ access: ConfigurationAccess, writing value: UInt32
  ) throws(SystemFailure) -> Served<Void> {
    let bytes = (0..<access.width.byteCount).map {
      UInt8(truncatingIfNeeded: value >> UInt32($0 * 8))
    }
    return try firstThatOpens(access.function) { path throws(SystemFailure) in
      try host.write(bytes, to: path, at: Int(access.register.offset))
    }
  }

  /// Reads bytes, as many as the file has.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - first: The first register.
  ///   - count: The greatest number of bytes.
  func bytes(
    of function: FunctionAddress, from first: Register = 0x00, count: Int
  ) throws(SystemFailure) -> Served<[UInt8]> {
    try firstThatOpens(function) { path throws(SystemFailure) in
      switch host.bytes(path, at: Int(first.offset), limit: count) {
      case .known(let bytes): return bytes
      case .absent(let path): throw SystemFailure("open", path, .errno(ENOENT))
      case .failed(let failure): throw failure
      }
    }
  }

  private func files(of function: FunctionAddress) -> [(mode: AccessMode, path: String)] {
    var files: [(mode: AccessMode, path: String)] = []
    if mode != .procfs { files.append((.sysfs, "sys/bus/pci/devices/\(function)/config")) }
    if mode != .sysfs { files += host.procfsPaths(of: function).map { (.procfs, $0) } }
    return files
  }

  private func endOfFile(_ function: FunctionAddress) -> SystemFailure {
    let path = files(of: function).first { host.size($0.path).value != nil }?.path ?? "\(function)"
    return SystemFailure("read", "/" + path, .endOfFile)
  }

  /// Tries one file after the other while the file is not there or its file system is mounted
  /// read-only. The failure is that of the first file that is there, else that of the first.
  private func firstThatOpens<Value>(
    _ function: FunctionAddress, _ access: (String) throws(SystemFailure) -> Value
  ) throws(SystemFailure) -> Served<Value> {
    var first: SystemFailure?
    var firstIsAbsent = false
    for file in files(of: function) {
      do {
        return Served(value: try access(file.path), mode: file.mode)
      } catch {
        let isAbsent = error.call == "open" && [ENOENT, ENOTDIR].contains(error.number)
        if first == nil || !isAbsent && firstIsAbsent {
          first = error
          firstIsAbsent = isAbsent
        }
        let isElsewhere = isAbsent || error.call == "open" && error.isErrno(EROFS)
        guard isElsewhere else { throw first ?? error }
      }
    }
    throw first ?? SystemFailure("open", "\(function)", .errno(ENOENT))
  }
}
