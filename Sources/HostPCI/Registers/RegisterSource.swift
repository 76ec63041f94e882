import LinuxHost
import PCIConfig

/// One function's registers, found by the names of setpci(8).
struct RegisterSource: Sendable {
  private let function: ListedFunction
  private let access: HostAccess
  private let registers: FunctionSpace

  /// Opens a function.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - access: The machine or the dump, and how its registers are accessed.
  init(_ function: ListedFunction, _ access: HostAccess) throws(RegisterFailure) {
    self.function = function
    self.access = access
    do {
      registers = try access.open(function.address)
    } catch {
      throw RegisterFailure(line: error.line(access))
    }
  }

  /// An access to a register that is a multiple of the width.
  func access(_ register: Register, _ width: AccessWidth) -> ConfigurationAccess {
    ConfigurationAccess(aligned: register, width, of: function.address)
  }

  /// The registers with the identification that the kernel has: a virtual function reads as all
  /// ones there.
  private var identified: IdentifiedRegisters<FunctionSpace> {
    IdentifiedRegisters(
      registers, identification: UInt32(function.deviceID) << 16 | UInt32(function.vendorID))
  }

  /// Finds a register.
  ///
  /// - Parameter count: How many consecutive registers are meant.
  func find(
    _ expression: RegisterExpression, count: Int = 1
  ) throws(RegisterFailure) -> Register {
    do {
      return try expression.register(in: identified, count: count)
    } catch {
      var line = "\(error)"
      if case .noCapability(_, _, _, .unreachable(let register)) = error,
        let reason = reasonWithout(register)
      {
        line += ": \(reason)"
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
    do {
      return try registers.read(access.register, access.width)
    } catch {
      throw failure(error, at: access.register)
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
    do {
      return try WriteHazard(writing: bits, to: register, of: identified)
    } catch {
      throw RegisterFailure(line: "\(error)")
    }
  }

  /// Whether a write of the register is two port accesses without the kernel's lock, so that another
  /// register may be written.
  func isUnlocked(_ register: Register) -> Bool {
    registers.space.mode(serving: function.address, register) == .mechanism1
  }

  /// Writes a register of the live machine.
  ///
  /// - Returns: The mode that served it.
  func write(
    _ access: ConfigurationAccess, _ value: UInt32
  ) throws(RegisterFailure) -> AccessMode? {
    do {
      return try registers.write(access.register, access.width, value)
    } catch {
      if case .files = registers.space, case .system(let cause) = error, cause.cause != .endOfFile {
        let diagnosis = AccessDiagnosis.ofWrite(cause, SystemFacts(self.access.host))
        throw RegisterFailure(line: "\(cause): \(diagnosis.line)")
      }
      var failure = failure(error, at: access.register)
      if case .writeUncertain = error { failure.mayBeWritten = true }
      throw failure
    }
  }

  private func failure(_ failure: AccessFailure, at register: Register) -> RegisterFailure {
    if case .system(let cause) = failure, cause.cause == .endOfFile,
      let reason = reasonWithout(register)
    {
      return RegisterFailure(line: reason)
    }
    return RegisterFailure(line: failure.line(access))
  }

  /// Why the function does not have a register; `nil` where it has it after all.
  private func reasonWithout(_ register: Register) -> String? {
    switch registers.space {
    case .mechanism1: return register.isExtended ? "\(ReachError.register(register))" : nil
    case .ecam, .recorded, .selected, .dump: return nil
    case .files:
      guard let count = try? registers.block(limit: 4096).bytes.count,
        count < Int(register.offset) + 4
      else { return nil }
      if !access.host.isLive { return "the record has \(count) bytes of the function" }
      guard count == 64 else {
        return "the kernel has \(count) bytes of the function: "
          + (count == 256 ? "no extended configuration space" : "there is no such register")
      }
      return "without CAP_SYS_ADMIN the kernel shows the first 64 bytes only: run it as root"
    }
  }
}
