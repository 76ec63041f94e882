import KVM
import PCIConfig
import Testing

@testable import VirtualMachine

@Suite("The processor's CPUID")
struct CPUIDTableTests {
  /// What KVM might offer on a machine of eight threads.
  private let supported = [
    CPUIDEntry(leaf: 0, eax: 0x1F, ebx: 0x756E_6547, ecx: 0x6C65_746E, edx: 0x4965_6E69),
    CPUIDEntry(leaf: 1, eax: 0x306A9, ebx: 0x0308_0800, ecx: 0x8120_0001, edx: 0x1000_0011),
    CPUIDEntry(leaf: 4, subleaf: 0, eax: 0x1C00_4121, ebx: 1, ecx: 2, edx: 3),
    CPUIDEntry(leaf: 0xB, subleaf: 0, eax: 1, ebx: 2, ecx: 0x100, edx: 3),
    CPUIDEntry(leaf: 0xB, subleaf: 1, eax: 3, ebx: 8, ecx: 0x201, edx: 3),
    CPUIDEntry(leaf: 0x4000_0000, eax: 0x4000_0001, ebx: 1, ecx: 2, edx: 3),
    CPUIDEntry(leaf: 0x4000_0001, eax: 0x0100_7EFB),
    CPUIDEntry(leaf: 0x8000_0008, eax: 0x3027, ecx: 0x3007),
  ]

  /// Answers as a processor with a table does, with zeros for other leaves.
  private struct Processor: CPUIDSource {
    let table: [CPUIDEntry]

    func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
      let entry = table.first { $0.leaf == leaf && ($0.subleaf ?? subleaf) == subleaf }
      return CPUIDRegisters(
        eax: entry?.eax ?? 0, ebx: entry?.ebx ?? 0, ecx: entry?.ecx ?? 0, edx: entry?.edx ?? 0)
    }
  }

  private func processor(_ identity: BoardConfiguration.HypervisorIdentity) -> Processor {
    Processor(table: supported.forOnlyProcessor(hypervisor: identity))
  }

  @Test("Tells of one thread in one core with APIC id 0 and no APIC, and all else as KVM does")
  func topology() {
    #expect(
      supported.forOnlyProcessor(hypervisor: .kvm) == [
        supported[0],
        CPUIDEntry(leaf: 1, eax: 0x306A9, ebx: 0x0001_0800, ecx: 0x8000_0001, edx: 0x11),
        CPUIDEntry(leaf: 4, subleaf: 0, eax: 0x121, ebx: 1, ecx: 2, edx: 3),
        supported[5], supported[6],
        CPUIDEntry(leaf: 0x8000_0008, eax: 0x3027),
        CPUIDEntry(leaf: 0xB, subleaf: 0, ebx: 1, ecx: 0x100),
        CPUIDEntry(leaf: 0xB, subleaf: 1, ebx: 1, ecx: 0x201),
        CPUIDEntry(leaf: 0xB, subleaf: 2, ecx: 2),
      ])
  }

  @Test("Tells of one of several processors with local APICs where there are some")
  func processors() {
    #expect(
      supported.forOnlyProcessor(hypervisor: .kvm).withLocalAPIC(2, of: 3, offered: supported) == [
        supported[0],
        CPUIDEntry(leaf: 1, eax: 0x306A9, ebx: 0x0203_0800, ecx: 0x8120_0001, edx: 0x1000_0011),
        CPUIDEntry(leaf: 4, subleaf: 0, eax: 0x0C00_0121, ebx: 1, ecx: 2, edx: 3),
        supported[5], supported[6],
        CPUIDEntry(leaf: 0x8000_0008, eax: 0x3027, ecx: 0x2002),
        CPUIDEntry(leaf: 0xB, subleaf: 0, ebx: 1, ecx: 0x100, edx: 2),
        CPUIDEntry(leaf: 0xB, subleaf: 1, eax: 2, ebx: 3, ecx: 0x201, edx: 2),
        CPUIDEntry(leaf: 0xB, subleaf: 2, ecx: 2, edx: 2),
      ])
    // A local APIC changes nothing of the topology of one.
    var only = supported.forOnlyProcessor(hypervisor: .kvm)
    only[1].ecx = supported[1].ecx
    #expect(
      supported.forOnlyProcessor(hypervisor: .kvm).withLocalAPIC(0, of: 1, offered: supported)
        == only)
  }

  @Test("Without a hypervisor there is neither the bit nor a leaf")
  func none() {
    let processor = processor(.none)
    #expect(processor.cpuid(leaf: 1, subleaf: 0).ecx == 1)
    #expect(!processor.table.contains { (0x4000_0000...0x4000_FFFF).contains($0.leaf) })
    #expect(HypervisorDetection(processor).verdict == .bareMetal)
  }

  @Test("Each signature of the table is detected as its hypervisor's guest")
  func signatures() {
    for (signature, hypervisor) in HypervisorSignature.table {
      let processor = processor(.signature(signature))
      #expect(HypervisorDetection(processor).verdict == .guest(of: hypervisor))
      #expect(processor.cpuid(leaf: 0x4000_0000, subleaf: 0).eax >= 0x4000_0001)
      let features: UInt32 = hypervisor == .hyperV ? 0x3123_7648 : 0
      #expect(
        processor.cpuid(leaf: 0x4000_0001, subleaf: 0) == CPUIDRegisters(eax: features))
    }
  }
  private static let hyperV = HypervisorSignature(
    ebx: 0x7263_694D, ecx: 0x666F_736F, edx: 0x7648_2074)

  @Test("Hyper-V's interface stands before another one, which is detected")
  func behindHyperV() throws {
    let kvm = try #require(HypervisorSignature.table.first { $0.hypervisor == .kvm }).signature
    let xen = try #require(HypervisorSignature.table.first { $0.hypervisor == .xen }).signature
    for (identity, signature, maximum, hypervisor) in [
      (.kvmBehindHyperV, kvm, 0x4000_0101, .kvm), (.behindHyperV(xen), xen, 0x4000_0102, .xen),
    ] as [(BoardConfiguration.HypervisorIdentity, HypervisorSignature, UInt32, Hypervisor)] {
      let detection = HypervisorDetection(
        Processor(table: offeredByKVM(kvm).forOnlyProcessor(hypervisor: identity)))
      #expect(
        detection.interfaces == [
          HypervisorInterface(
            base: 0x4000_0000,
            registers: .init(
              eax: 0x4000_0005, ebx: Self.hyperV.ebx, ecx: Self.hyperV.ecx, edx: Self.hyperV.edx)),
          HypervisorInterface(
            base: 0x4000_0100,
            registers: .init(
              eax: maximum, ebx: signature.ebx, ecx: signature.ecx, edx: signature.edx)),
        ])
      #expect(detection.verdict == .guest(of: hypervisor))
    }
  }

  @Test("KVM's features are the same behind Hyper-V's interface")
  func featuresBehindHyperV() throws {
    let processor = processor(.kvmBehindHyperV)
    #expect(
      processor.cpuid(leaf: 0x4000_0001, subleaf: 0) == CPUIDRegisters(eax: 0x3123_7648))
    #expect(
      processor.cpuid(leaf: 0x4000_0101, subleaf: 0) == CPUIDRegisters(eax: 0x0100_7EFB))
  }

  /// The table with KVM's signature.
  private func offeredByKVM(_ signature: HypervisorSignature) -> [CPUIDEntry] {
    supported.map { entry in
      var entry = entry
      if entry.leaf == 0x4000_0000 {
        entry.ebx = signature.ebx
        entry.ecx = signature.ecx
        entry.edx = signature.edx
      }
      return entry
    }
  }
}
