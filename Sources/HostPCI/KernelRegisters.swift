import Glibc
import PCIConfig

/// One function's registers through the kernel's files: in sysfs, else in procfs.
struct KernelRegisters {
  let host: Host
  let address: FunctionAddress
  private let paths: [String]

  init(_ host: Host, _ address: FunctionAddress) {
    self.host = host
    self.address = address
    paths = ["sys/bus/pci/devices/\(address)/config"] + host.procfsPaths(of: address)
  }

  /// Reads a register with one access of its width.
  func read(_ register: Register, _ width: AccessWidth) throws(SystemFailure) -> UInt32 {
    let offset = Int(register.offset)
    let bytes = try firstThatOpens { path throws(SystemFailure) in
      switch host.bytes(path, at: offset, limit: width.byteCount) {
      case .known(let bytes): return bytes
      case .absent(let path): throw SystemFailure("open", path, .errno(ENOENT))
      case .failed(let failure): throw failure
      }
    }
    guard bytes.count == width.byteCount else {
      throw SystemFailure("read", "/\(paths[0])", .endOfFile)
    }
    return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// Writes a register with one access of its width.
  func write(
    _ register: Register, _ width: AccessWidth, _ value: UInt32
  ) throws(SystemFailure) {
    let bytes = (0..<width.byteCount).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    try firstThatOpens { path throws(SystemFailure) in
      try host.write(bytes, to: path, at: Int(register.offset))
    }
  }

  /// Tries one file after the other, as long as it is not there or its file system cannot be
  /// written; the failure is that of the first.
  private func firstThatOpens<Result>(
    _ access: (String) throws(SystemFailure) -> Result
  ) throws(SystemFailure) -> Result {
    var first: SystemFailure?
    for path in paths {
      do {
        return try access(path)
      } catch {
        let isElsewhere = error.call == "open" && [ENOENT, ENOTDIR, EROFS].contains(error.number)
        if first == nil { first = error }
        guard isElsewhere else { throw first ?? error }
      }
    }
    throw first ?? SystemFailure("open", "\(address)", .errno(ENOENT))
  }
}

/// A function's registers as they are now, for what must be looked up in them.
struct CurrentRegisters: FunctionRegisters {
  let registers: KernelRegisters
  /// The identification that the kernel has: a virtual function returns all ones for it.
  let identification: UInt32

  func doubleword(at offset: UInt16) -> UInt32? {
    guard offset > 0 else { return identification }
    return try? registers.read(Register(integerLiteral: offset), .doubleword)
  }
}
