import Glibc
import LinuxHost
import PCIConfig

/// One function's registers through the kernel's files: in sysfs, else in procfs, or in one of them
/// alone.
struct KernelRegisters: Sendable {
  let host: Host
  let address: FunctionAddress
  private let files: [(mode: AccessMode, path: String)]

  /// Takes a function.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - address: The function.
  ///   - mode: ``AccessMode/sysfs`` or ``AccessMode/procfs``; `nil` for the first that there is.
  init(_ host: Host, _ address: FunctionAddress, _ mode: AccessMode? = nil) {
    self.host = host
    self.address = address
    var files: [(mode: AccessMode, path: String)] = []
    if mode != .procfs { files.append((.sysfs, "sys/bus/pci/devices/\(address)/config")) }
    if mode != .sysfs { files += host.procfsPaths(of: address).map { (.procfs, $0) } }
    self.files = files
  }

  /// Reads a register with one access of its width.
  func read(
    _ register: Register, _ width: AccessWidth
  ) throws(SystemFailure) -> (value: UInt32, mode: AccessMode) {
    let offset = Int(register.offset)
    let (bytes, file) = try firstThatOpens { path throws(SystemFailure) in
      try contents(of: path, at: offset, limit: width.byteCount)
    }
    guard bytes.count == width.byteCount else {
      throw SystemFailure("read", "/\(file.path)", .endOfFile)
    }
    return (UInt32(bytes.littleEndian(at: 0, count: bytes.count)), file.mode)
  }

  /// Writes a register with one access of its width.
  func write(
    _ register: Register, _ width: AccessWidth, _ value: UInt32
  ) throws(SystemFailure) -> AccessMode {
    let bytes = (0..<width.byteCount).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    return try firstThatOpens { path throws(SystemFailure) in
      try host.write(bytes, to: path, at: Int(register.offset))
    }.file.mode
  }

  /// Reads the registers from the first on, as many as the file has.
  ///
  /// - Parameter limit: The greatest number of bytes.
  func bytes(limit: Int) throws(SystemFailure) -> (bytes: [UInt8], mode: AccessMode) {
    let (bytes, file) = try firstThatOpens { path throws(SystemFailure) in
      try contents(of: path, at: 0, limit: limit)
    }
    return (bytes, file.mode)
  }

  private func contents(
    of path: String, at offset: Int, limit: Int
  ) throws(SystemFailure) -> [UInt8] {
    switch host.bytes(path, at: offset, limit: limit) {
    case .known(let bytes): return bytes
    case .absent(let path): throw SystemFailure("open", path, .errno(ENOENT))
    case .failed(let failure): throw failure
    }
  }

  /// Tries one file after the other, as long as it is not there or its file system cannot be
  /// written; the failure is that of the first one that is there, else that of the first.
  private func firstThatOpens<Result>(
    _ access: (String) throws(SystemFailure) -> Result
  ) throws(SystemFailure) -> (result: Result, file: (mode: AccessMode, path: String)) {
    var first: SystemFailure?
    var firstIsAbsent = false
    for file in files {
      do {
        return (try access(file.path), file)
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
    throw first ?? SystemFailure("open", "\(address)", .errno(ENOENT))
  }
}
