import PCIConfig
import Testing

/// A processor whose leaves are a table; every other leaf returns what Intel's do: the data of
/// another leaf.
private struct RecordedCPUID: CPUIDSource {
  var leaves: [UInt32: CPUIDRegisters]
  var outOfRange = CPUIDRegisters(eax: 0x21F, ebx: 0xA88, ecx: 0x340, edx: 0xFFFF_FFFF)

  init(bit31: Bool = true, _ leaves: [UInt32: CPUIDRegisters] = [:]) {
    self.leaves = leaves
    self.leaves[1] = CPUIDRegisters(eax: 0x663, ecx: bit31 ? 1 << 31 : 0)
  }

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters { leaves[leaf] ?? outOfRange }
}

private func signature(_ text: String) -> HypervisorSignature {
  let bytes = Array(text.utf8) + Array(repeating: 0, count: 12 - text.utf8.count)
  func word(_ index: Int) -> UInt32 {
    (0..<4).reduce(0) { $0 | UInt32(bytes[index * 4 + $1]) << UInt32($1 * 8) }
  }
  return HypervisorSignature(ebx: word(0), ecx: word(1), edx: word(2))
}

private func leaf(_ maximum: UInt32, _ text: String) -> CPUIDRegisters {
  let signature = signature(text)
  return CPUIDRegisters(
    eax: maximum, ebx: signature.ebx, ecx: signature.ecx, edx: signature.edx)
}

@Suite struct HypervisorTests {
  @Test func `the table has each signature once, as its text`() {
    let texts: [(String, Hypervisor)] = [
      ("KVMKVMKVM", .kvm), ("Linux KVM Hv", .kvm), ("TCGTCGTCGTCG", .tcg),
      ("Microsoft Hv", .hyperV), ("XenVMMXenVMM", .xen), ("VMwareVMware", .vmware),
      ("VBoxVBoxVBox", .virtualBox), ("bhyve bhyve ", .bhyve), ("BHyVE BHyVE ", .bhyve),
      ("ACRNACRNACRN", .acrn), ("Jailhouse", .jailhouse), ("QNXQVMBSQG", .qnx),
      (" QNXQVMBSQG ", .qnx), (" prl hyperv ", .parallels), (" lrpepyh  vr", .parallels),
      ("___ NVMM ___", .nvmm), ("OpenBSDVMM58", .openBSD), ("HAXMHAXMHAXM", .haxm),
      ("UnisysSpar64", .sPar), ("SRESRESRESRE", .lmhs), ("Apple VZ", .apple),
      ("EVMMEVMMEVMM", .kgt), ("LKVMLKVMLKVM", .kvmtool), ("Barevisor!", .barevisor),
      ("MiniVisor", .miniVisor), ("NoirVisor ZT", .noirVisor), ("Neko Project", .nekoProject),
    ]
    #expect(HypervisorSignature.table.map(\.signature) == texts.map { signature($0.0) })
    #expect(HypervisorSignature.table.map(\.hypervisor) == texts.map(\.1))
    #expect(HypervisorSignature.table.map(\.signature.description) == texts.map(\.0))
    #expect(Set(texts.map(\.1)) == Set(Hypervisor.allCases))
    #expect(Set(Hypervisor.allCases.map { "\($0.name)" }).count == Hypervisor.allCases.count)
  }

  @Test func `every signature of the table is detected`() {
    for entry in HypervisorSignature.table {
      let registers = CPUIDRegisters(
        eax: 0x4000_0001, ebx: entry.signature.ebx, ecx: entry.signature.ecx,
        edx: entry.signature.edx)
      let detection = HypervisorDetection(RecordedCPUID([0x4000_0000: registers]))
      #expect(detection.verdict == .guest(of: entry.hypervisor))
    }
  }

  @Test func `without CPUID.1 ECX bit 31 no hypervisor leaf counts`() {
    let cpuid = RecordedCPUID(bit31: false, [0x4000_0000: leaf(0x4000_0001, "TCGTCGTCGTCG")])
    let detection = HypervisorDetection(cpuid)
    #expect(detection.verdict == .bareMetal)
    #expect(detection.interfaces == [])
  }

  @Test func `what lies beyond the hypervisor's leaves is no signature`() {
    let cpuid = RecordedCPUID([0x4000_0000: leaf(0x4000_0001, "KVMKVMKVM")])
    let detection = HypervisorDetection(cpuid)
    #expect(detection.verdict == .guest(of: .kvm))
    #expect(detection.interfaces.map(\.base) == [0x4000_0000])
  }

  @Test(arguments: [("KVMKVMKVM", Hypervisor.kvm), ("XenVMMXenVMM", .xen)])
  func `behind Hyper-V's leaves the hypervisor's own are found`(text: String, found: Hypervisor) {
    for base in HypervisorDetection.bases.dropFirst() {
      let detection = HypervisorDetection(
        RecordedCPUID([
          0x4000_0000: leaf(0x4000_000A, "Microsoft Hv"), base: leaf(base + 1, text),
        ]))
      #expect(detection.verdict == .guest(of: found))
      #expect(detection.interfaces.map(\.base) == [0x4000_0000, base])
    }
  }

  @Test func `a Hyper-V root partition is a host`() {
    func detection(ebx: UInt32, maximum: UInt32 = 0x4000_000C) -> HypervisorDetection {
      HypervisorDetection(
        RecordedCPUID([
          0x4000_0000: leaf(maximum, "Microsoft Hv"), 0x4000_0003: CPUIDRegisters(ebx: ebx),
        ]))
    }
    #expect(detection(ebx: 1 << 12).verdict == .host(of: .hyperV))
    #expect(detection(ebx: 0).verdict == .guest(of: .hyperV))
    #expect(detection(ebx: 1 << 12 | 1 << 22).verdict == .guest(of: .hyperV))
    #expect(detection(ebx: 1 << 12, maximum: 0x4000_0002).verdict == .guest(of: .hyperV))
  }

  @Test func `an unknown signature and an empty one have their own results`() {
    let unknown = HypervisorDetection(
      RecordedCPUID([0x4000_0000: leaf(0x4000_0001, "NewVisorOne")]))
    #expect(unknown.verdict == .unknown(signature("NewVisorOne")))
    let empty = HypervisorDetection(RecordedCPUID([0x4000_0000: CPUIDRegisters()]))
    #expect(empty.verdict == .unnamed)
    #expect(empty.interfaces.map(\.maximumLeaf) == [0x4000_0000])
  }

  @Test func `no leaf beyond the announced maximum is read`() {
    let cpuid = RecordedCPUID([
      0x4000_0000: leaf(0x4000_0001, "TCGTCGTCGTCG"), 0x4000_0001: CPUIDRegisters(eax: 7),
    ])
    let interface = HypervisorInterface(
      base: 0x4000_0000, registers: cpuid.cpuid(leaf: 0x4000_0000, subleaf: 0))
    #expect(interface.leaf(1, of: cpuid) == CPUIDRegisters(eax: 7))
    #expect(interface.leaf(2, of: cpuid) == nil)
  }

  @Test func `a maximum of zero means one more leaf with KVM and none with others`() {
    let old = HypervisorInterface(base: 0x4000_0000, registers: leaf(0, "KVMKVMKVM"))
    #expect(old.maximumLeaf == 0x4000_0001)
    let other = HypervisorInterface(base: 0x4000_0000, registers: leaf(0, "bhyve bhyve "))
    #expect(other.maximumLeaf == 0x4000_0000)
  }

  @Test func `a signature is shown without control characters`() {
    #expect(
      HypervisorSignature(ebx: 0x1B5C_4241, ecx: 0, edx: 0x41).description
        == "AB\\x5c\\x1b\\x00\\x00\\x00\\x00A")
  }
}
