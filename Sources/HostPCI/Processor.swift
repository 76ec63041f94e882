import CX86
import PCIConfig

/// The processor that this program runs on.
struct Processor: CPUIDSource {
  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    let registers = x86_cpuid(leaf, subleaf)
    return CPUIDRegisters(
      eax: registers.eax, ebx: registers.ebx, ecx: registers.ecx, edx: registers.edx)
  }
}
