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
    switch self {
    case .files(let space): try space.hostRead(access)
    case .mechanism1(let space): try space.hostRead(access)
    case .ecam(let space): try space.hostRead(access)
    case .recorded(let space): try space.read(access)
    case .dump(let space): try space.read(access)
    case .selected(let space): try space.hostRead(access)
    }
  }

  /// Writes a register. A recording and a dump are read-only: they trap.
  package func write(_ access: ConfigurationAccess, _ value: UInt32) throws(AccessFailure) {
    switch self {
    case .files(let space): try space.hostWrite(access, value)
    case .mechanism1(let space): try space.hostWrite(access, value)
    case .ecam(let space): try space.hostWrite(access, value)
    case .recorded(let space): try space.write(access, value)
    case .dump(let space): try space.write(access, value)
    case .selected(let space): try space.hostWrite(access, value)
    }
  }

  /// Reads consecutive doublewords of a function.
  package func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(AccessFailure) -> [UInt32] {
    switch self {
    case .files(let space): try space.hostDoublewords(function, first, count)
    case .mechanism1(let space): try space.hostDoublewords(function, first, count)
    case .ecam(let space): try space.hostDoublewords(function, first, count)
    case .recorded(let space): try space.doublewords(of: function, from: first, count: count)
    case .dump(let space): try space.doublewords(of: function, from: first, count: count)
    case .selected(let space): try space.hostDoublewords(function, first, count)
    }
  }
}

extension HostSpace {
  /// A value, and the mode that served it; `nil` for a dump.
  typealias Served<Value> = (value: Value, mode: AccessMode?)

  /// Reads a register, and returns which mode served it.
  func serve(_ access: ConfigurationAccess) throws(AccessFailure) -> Served<UInt32> {
    if case .files(let files) = self {
      do {
        let served = try files.serve(access)
        return (served.value, served.mode)
      } catch {
        throw error.accessFailure
      }
    }
    return (try read(access), mode(serving: access.function, access.register))
  }

  /// Writes a register, and returns which mode served it.
  func serve(
    _ access: ConfigurationAccess, writing value: UInt32
  ) throws(AccessFailure) -> AccessMode? {
    if case .files(let files) = self {
      do {
        return try files.serve(access, writing: value).mode
      } catch {
        throw error.accessFailure
      }
    }
    try write(access, value)
    return mode(serving: access.function, access.register)
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

/// The accesses of a space, whose failures are thrown as a host's.
extension ConfigurationSpace where Failure: AccessFailureConvertible {
  fileprivate func hostRead(_ access: ConfigurationAccess) throws(AccessFailure) -> UInt32 {
    do {
      return try read(access)
    } catch {
      throw error.accessFailure
    }
  }

  fileprivate func hostWrite(
    _ access: ConfigurationAccess, _ value: UInt32
  ) throws(AccessFailure) {
    do {
      try write(access, value)
    } catch {
      throw error.accessFailure
    }
  }

  fileprivate func hostDoublewords(
    _ function: FunctionAddress, _ first: Register, _ count: Int
  ) throws(AccessFailure) -> [UInt32] {
    do {
      return try doublewords(of: function, from: first, count: count)
    } catch {
      throw error.accessFailure
    }
  }
}
