import CX86
import PCIConfig

/// The processor's I/O ports.
public struct Ports: PortIO, Sendable {
  /// Creates the accessor; it has no state.
  public init() {}

  /// Reads a port.
  public func read(port: UInt16, width: AccessWidth) -> UInt32 {
    switch width {
    case .byte: UInt32(x86_in8(port))
    case .word: UInt32(x86_in16(port))
    case .doubleword: x86_in32(port)
    }
  }

  /// Writes a port.
  public func write(port: UInt16, width: AccessWidth, value: UInt32) {
    switch width {
    case .byte: x86_out8(port, UInt8(truncatingIfNeeded: value))
    case .word: x86_out16(port, UInt16(truncatingIfNeeded: value))
    case .doubleword: x86_out32(port, value)
    }
  }
}

/// Physical memory that ``IdentityMap`` has mapped; another address raises a page fault.
public struct Memory: PhysicalMemory, Sendable {
  /// Creates the accessor; it has no state.
  public init() {}

  /// Reads memory.
  public func read(address: UInt64, width: AccessWidth) -> UInt32 {
    switch width {
    case .byte: UInt32(x86_load8(UInt(address)))
    case .word: UInt32(x86_load16(UInt(address)))
    case .doubleword: x86_load32(UInt(address))
    }
  }

  /// Writes memory.
  public func write(address: UInt64, width: AccessWidth, value: UInt32) {
    switch width {
    case .byte: x86_store8(UInt(address), UInt8(truncatingIfNeeded: value))
    case .word: x86_store16(UInt(address), UInt16(truncatingIfNeeded: value))
    case .doubleword: x86_store32(UInt(address), value)
    }
  }
}

/// The processor's CPUID instruction.
public struct Processor: CPUIDSource, Sendable {
  /// Creates the accessor; it has no state.
  public init() {}

  /// Executes the instruction.
  public func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    let registers = x86_cpuid(leaf, subleaf)
    return CPUIDRegisters(
      eax: registers.eax, ebx: registers.ebx, ecx: registers.ecx, edx: registers.edx)
  }
}
