import CX86
import PCIConfig

/// The processor of a host: the one that this program runs on, or the record of one.
struct Processor: CPUIDSource {
  private let record: CPUIDRecord?
  private let journal: Journal?

  /// Creates a processor.
  ///
  /// - Parameters:
  ///   - record: Its record; `nil` for the live one.
  ///   - journal: Where it is noted what it says.
  init(record: CPUIDRecord?, _ journal: Journal?) {
    self.record = record
    self.journal = journal
  }

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    let registers = record?.cpuid(leaf: leaf, subleaf: subleaf) ?? Self.live(leaf, subleaf)
    journal?.note(Journal.Leaf(leaf: leaf, subleaf: subleaf), registers)
    return registers
  }

  private static func live(_ leaf: UInt32, _ subleaf: UInt32) -> CPUIDRegisters {
    let registers = x86_cpuid(leaf, subleaf)
    return CPUIDRegisters(
      eax: registers.eax, ebx: registers.ebx, ecx: registers.ecx, edx: registers.edx)
  }
}
