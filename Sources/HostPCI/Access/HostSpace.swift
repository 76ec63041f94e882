import LinuxHost
import PCIConfig

/// Configuration space of a machine in one access mode.
///
/// A new access mode is a type that conforms to `ConfigurationSpace`, and a case here.
package indirect enum HostSpace: ConfigurationSpace, Sendable {
  /// The kernel's files.
  case files(KernelFiles)
  /// The ports of this machine.
  case mechanism1(Mechanism1<LivePorts>)
  /// The memory of this machine.
  case ecam(ECAM<DeviceMemory>)
  /// What a recording holds of a mode that goes past the kernel's files.
  case recorded(RecordedRegisters)
  /// A dump of registers.
  case dump(DumpRegisters)
  /// Mechanism 1 or ECAM, as a policy chooses for each function and register.
  case selected(SelectedSpace<HostSpace, HostSpace>)

  /// Reads a register.
  package func read(_ access: ConfigurationAccess) throws(AccessFailure) -> UInt32 {
    try serve(access).value
  }

  /// Writes a register.
  package func write(_ access: ConfigurationAccess, _ value: UInt32) throws(AccessFailure) {
    _ = try serve(access, writing: value)
  }

  /// Reads consecutive doublewords of a function.
  package func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(AccessFailure) -> [UInt32] {
    switch self {
    case .files(let space):
      do {
        return try space.doublewords(of: function, from: first, count: count)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let space):
      do {
        return try space.doublewords(of: function, from: first, count: count)
      } catch {
        throw AccessFailure(error)
      }
    case .ecam(let space):
      do {
        return try space.doublewords(of: function, from: first, count: count)
      } catch {
        throw AccessFailure(error)
      }
    case .recorded(let space):
      return try space.doublewords(of: function, from: first, count: count)
    case .dump(let space): return try space.doublewords(of: function, from: first, count: count)
    case .selected(let space):
      do {
        return try space.doublewords(of: function, from: first, count: count)
      } catch {
        throw AccessFailure(error)
      }
    }
  }
}

extension HostSpace {
  /// A value, and the mode that served it; `nil` for a dump.
  typealias Served<Value> = (value: Value, mode: AccessMode?)

  /// Reads a register, and says which mode served it.
  func serve(_ access: ConfigurationAccess) throws(AccessFailure) -> Served<UInt32> {
    switch self {
    case .files(let space):
      do {
        let served = try space.serve(access)
        return (served.value, served.mode)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let space):
      do {
        return (try space.read(access), .mechanism1)
      } catch {
        throw AccessFailure(error)
      }
    case .ecam(let space):
      do {
        return (try space.read(access), .ecam)
      } catch {
        throw AccessFailure(error)
      }
    case .recorded(let space): return (try space.read(access), space.mode)
    case .dump(let space): return (try space.read(access), nil)
    case .selected(let space):
      do {
        let value = try space.read(access)
        return (value, mode(serving: access.function, access.register))
      } catch {
        throw AccessFailure(error)
      }
    }
  }

  /// Writes a register, and says which mode served it. A recording and a dump are read-only: they
  /// trap.
  func serve(
    _ access: ConfigurationAccess, writing value: UInt32
  ) throws(AccessFailure) -> Served<Void> {
    switch self {
    case .files(let space):
      do {
        return ((), try space.serve(access, writing: value).mode)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let space):
      do {
        return (try space.write(access, value), .mechanism1)
      } catch {
        throw AccessFailure(error)
      }
    case .ecam(let space):
      do {
        return (try space.write(access, value), .ecam)
      } catch {
        throw AccessFailure(error)
      }
    case .recorded(let space): return (try space.write(access, value), space.mode)
    case .dump(let space): return (try space.write(access, value), nil)
    case .selected(let space):
      do {
        try space.write(access, value)
        return ((), mode(serving: access.function, access.register))
      } catch {
        throw AccessFailure(error)
      }
    }
  }

  /// The mode that serves a register; `nil` for the kernel's files, which say so when they are read,
  /// and for a dump.
  func mode(serving function: FunctionAddress, _ register: Register) -> AccessMode? {
    switch self {
    case .files, .dump: nil
    case .mechanism1: .mechanism1
    case .ecam: .ecam
    case .recorded(let space): space.mode
    case .selected(let space):
      switch space.decision(for: function, register).mechanism {
      case .mechanism1: .mechanism1
      case .ecam: .ecam
      case .hiddenECAM, .refused: nil
      }
    }
  }
}
