import PCIConfig

/// Why a register could not be found, read or written: one line.
struct RegisterFailure: Error {
  let line: String
}

/// Where a function's registers are read: a machine or a dump.
struct RegisterSource: Sendable {
  private let function: ListedFunction
  private let kernel: KernelRegisters?

  init(_ function: ListedFunction, _ host: Host?) {
    self.function = function
    kernel = host.map { KernelRegisters($0, function.address) }
  }

  /// An access to a register that is a multiple of the width.
  func access(_ register: Register, _ width: AccessWidth) -> ConfigurationAccess {
    do {
      return try ConfigurationAccess(function.address, register, width)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Finds a register.
  ///
  /// - Parameter count: How many consecutive registers are meant.
  func find(
    _ expression: RegisterExpression, count: Int = 1
  ) throws(RegisterFailure) -> Register {
    guard let kernel else {
      return try find(expression, count, in: function.registers ?? ConfigurationImage([])) { _ in
        nil
      }
    }
    let current = CurrentRegisters(
      registers: kernel,
      identification: UInt32(function.deviceID) << 16 | UInt32(function.vendorID))
    return try find(expression, count, in: current) { shortRead(kernel, $0) }
  }

  private func find(
    _ expression: RegisterExpression, _ count: Int, in registers: some FunctionRegisters,
    help: (Register) -> String?
  ) throws(RegisterFailure) -> Register {
    do {
      return try expression.register(in: registers, count: count)
    } catch {
      var line = "\(error)"
      if case .noCapability(_, _, _, .unreachable(let register)) = error,
        let help = help(register)
      {
        line += ": \(help)"
      }
      throw RegisterFailure(line: line)
    }
  }

  /// Reads a register.
  func read(_ access: ConfigurationAccess) throws(RegisterFailure) -> UInt32 {
    guard let kernel else {
      guard let value = function.image?.value(at: access) else {
        let count = function.image?.bytes.count ?? 0
        throw RegisterFailure(line: "the dump has \(count) bytes of the function")
      }
      return value
    }
    do {
      return try kernel.read(access.register, access.width)
    } catch {
      if error.cause == .endOfFile, let help = shortRead(kernel, access.register) {
        throw RegisterFailure(line: help)
      }
      throw RegisterFailure(line: "\(error)")
    }
  }

  /// The header's layout as it is now.
  func layout() throws(RegisterFailure) -> HeaderLayout {
    let type = try read(access(.headerType, .byte))
    return HeaderLayout(headerType: UInt8(truncatingIfNeeded: type))
  }

  /// Writes a register of the live machine.
  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(RegisterFailure) {
    guard let kernel else { preconditionFailure("a dump is not written") }
    do {
      try kernel.write(access.register, access.width, value)
    } catch {
      if error.cause == .endOfFile, let help = shortRead(kernel, access.register) {
        throw RegisterFailure(line: help)
      }
      let refusal = Refusal.ofWrite(error, SystemFacts(kernel.host))
      throw RegisterFailure(line: "\(error): \(refusal.line)")
    }
  }

  /// Why the kernel's file ended before a register; `nil` where it has it after all.
  private func shortRead(_ kernel: KernelRegisters, _ register: Register) -> String? {
    let path = "sys/bus/pci/devices/\(function.address)/config"
    guard case .known(let bytes) = kernel.host.bytes(path, limit: 4096),
      bytes.count < Int(register.offset) + 4
    else { return nil }
    if !kernel.host.isLive {
      return "the record has \(bytes.count) bytes of the function"
    }
    guard bytes.count == 64 else {
      return "the kernel has \(bytes.count) bytes of the function: "
        + (bytes.count == 256 ? "no extended configuration space" : "there is no such register")
    }
    return "without CAP_SYS_ADMIN the kernel shows the first 64 bytes only: run it as root"
  }
}

extension ConfigurationImage {
  /// The value of a register; `nil` where the image does not have all of it.
  fileprivate func value(at access: ConfigurationAccess) -> UInt32? {
    let first = Int(access.register.offset)
    guard first + access.width.byteCount <= bytes.count else { return nil }
    return bytes[first..<first + access.width.byteCount].reversed().reduce(0) {
      $0 << 8 | UInt32($1)
    }
  }
}
