import CX86
import PCIConfig

/// The I/O ports of this machine, for a process that has the permission to use them (ioperm(2)).
struct PermittedPorts: PortIO {
  @inline(__always)
  func read(port: UInt16, width: AccessWidth) -> UInt32 {
    switch width {
    case .byte: UInt32(x86_in8(port))
    case .word: UInt32(x86_in16(port))
    case .doubleword: x86_in32(port)
    }
  }

  @inline(__always)
  func write(port: UInt16, width: AccessWidth, value: UInt32) {
    switch width {
    case .byte: x86_out8(port, UInt8(truncatingIfNeeded: value))
    case .word: x86_out16(port, UInt16(truncatingIfNeeded: value))
    case .doubleword: x86_out32(port, value)
    }
  }
}
