import PCIConfig

/// A configuration space with some functions that records each access; registers without a value read
/// zero, and absent functions read all ones.
final class SimulatedSpace: ConfigurationSpace {
  struct Fault: Error, Equatable {
    let function: FunctionAddress
  }

  /// The doublewords of each function by their offsets.
  var functions: [FunctionAddress: [UInt16: UInt32]]
  /// The functions of which every access fails.
  var failing: Set<FunctionAddress> = []
  /// The accesses, for example `read 0000:00:00.0 0x00.l`.
  private(set) var trace: [String] = []

  init(_ functions: [FunctionAddress: [UInt16: UInt32]]) { self.functions = functions }

  func read(_ access: ConfigurationAccess) throws(Fault) -> UInt32 {
    trace.append("read \(access)")
    guard !failing.contains(access.function) else { throw Fault(function: access.function) }
    guard let registers = functions[access.function] else { return access.width.allOnes }
    let value = registers[access.register.offset & ~3, default: 0]
    return value >> UInt32(8 * (access.register.offset & 3)) & access.width.allOnes
  }

  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Fault) {
    trace.append("write \(access) \(value)")
    guard !failing.contains(access.function) else { throw Fault(function: access.function) }
  }
}
