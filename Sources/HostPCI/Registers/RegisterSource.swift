import LinuxHost
import PCIConfig

/// Where a function's registers are read: a machine or a dump.
struct RegisterSource: Sendable {
  private let function: ListedFunction
  private let access: HostAccess?
  private let registers: FunctionAccess?

  /// Takes a function.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - access: The machine, and the mode; `nil` where the function has the registers of a dump.
  init(_ function: ListedFunction, _ access: HostAccess?) throws(RegisterFailure) {
    self.function = function
    self.access = access
    guard let access else {
      registers = nil
      return
    }
    do {
      registers = try access.registers(of: function.address)
    } catch {
      throw RegisterFailure(line: error.line(access.mode, access.host))
    }
  }

  /// An access to a register that is a multiple of the width.
  func access(_ register: Register, _ width: AccessWidth) -> ConfigurationAccess {
    ConfigurationAccess(aligned: register, width, of: function.address)
  }

  /// Finds a register.
  ///
  /// - Parameter count: How many consecutive registers are meant.
  func find(
    _ expression: RegisterExpression, count: Int = 1
  ) throws(RegisterFailure) -> Register {
    guard let registers else {
      return try find(expression, count, in: function.registers ?? ConfigurationImage([])) { _ in
        nil
      }
    }
    return try find(expression, count, in: current(registers)) {
      why(registers, cannotReach: $0)
    }
  }

  private func current(_ registers: FunctionAccess) -> CurrentRegisters {
    CurrentRegisters(
      registers: registers,
      identification: UInt32(function.deviceID) << 16 | UInt32(function.vendorID))
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
  ///
  /// - Returns: The value, and the mode that served it; `nil` for a dump.
  func read(
    _ access: ConfigurationAccess
  ) throws(RegisterFailure) -> (value: UInt32, mode: AccessMode?) {
    guard let registers else {
      guard let value = function.image?.value(at: access) else {
        let count = function.image?.bytes.count ?? 0
        throw RegisterFailure(line: "the dump has \(count) bytes of the function")
      }
      return (value, nil)
    }
    do {
      let (value, mode) = try registers.read(access.register, access.width)
      return (value, mode)
    } catch {
      throw failure(error, at: access.register, registers)
    }
  }

  /// What a write to a register of the live machine may stop; `nil` for nothing that is known here.
  ///
  /// - Parameters:
  ///   - bits: Which bits of the register change.
  ///   - register: A multiple of its width.
  func hazard(
    writing bits: UInt32, to register: Register
  ) throws(RegisterFailure) -> WriteHazard? {
    guard let registers else { preconditionFailure("a dump is not written") }
    do {
      return try WriteHazard(writing: bits, to: register, of: current(registers))
    } catch {
      throw RegisterFailure(line: "\(error)")
    }
  }

  /// Writes a register of the live machine.
  ///
  /// - Returns: The mode that served it.
  func write(
    _ access: ConfigurationAccess, _ value: UInt32
  ) throws(RegisterFailure) -> AccessMode {
    guard let registers, let host = self.access?.host else {
      preconditionFailure("a dump is not written")
    }
    do {
      return try registers.write(access.register, access.width, value)
    } catch {
      if case .files = registers, case .system(let cause) = error, cause.cause != .endOfFile {
        throw RegisterFailure(line: "\(cause): \(Refusal.ofWrite(cause, SystemFacts(host)).line)")
      }
      var failure = failure(error, at: access.register, registers)
      if case .writeUncertain = error { failure.mayBeWritten = true }
      throw failure
    }
  }

  private func failure(
    _ failure: AccessFailure, at register: Register, _ registers: FunctionAccess
  ) -> RegisterFailure {
    if case .system(let cause) = failure, cause.cause == .endOfFile,
      let help = why(registers, cannotReach: register)
    {
      return RegisterFailure(line: help)
    }
    return RegisterFailure(line: access.map { failure.line($0.mode, $0.host) } ?? "\(failure)")
  }

  /// Why registers end before one; `nil` where they have it after all.
  private func why(_ registers: FunctionAccess, cannotReach register: Register) -> String? {
    if case .mechanism1 = registers, register.isExtended {
      return "\(ReachError.register(register))"
    }
    guard case .files(let files) = registers, let bytes = try? files.bytes(limit: 4096).bytes,
      bytes.count < Int(register.offset) + 4
    else { return nil }
    if !files.host.isLive {
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
    return UInt32(bytes.littleEndian(at: first, count: access.width.byteCount))
  }
}
