import PCIConfig
import Testing

/// Lines of `cpuid -r` behind those of ``cpuid(hypervisorBit:_:)``, with the highest leaves raised.
private func processor(isGuest: Bool = true, _ signature: String, _ lines: String...) -> String {
  cpuid(hypervisorBit: isGuest, signature)
    .replacing("0x00000000 0x00: eax=0x00000010", with: "0x00000000 0x00: eax=0x00000021")
    .replacing("0x40000000 0x00: eax=0x40000001", with: "0x40000000 0x00: eax=0x4000000c")
    + "\n   0x80000000 0x00: eax=0x80000028 ebx=0x00000000 ecx=0x00000000 edx=0x00000000\n"
    + lines.joined(separator: "\n")
}

private let kvm = "KVMKVMKVM\0\0\0"
private let offersSEV =
  "   0x8000001f 0x00: eax=0x0101fd3f ebx=0x00004173 ecx=0x000001fd edx=0x00000001"
private let tdxLeaf =
  "   0x00000021 0x00: eax=0x00000000 ebx=0x65746e49 ecx=0x20202020 edx=0x5844546c"
private let isolated =
  "   0x40000003 0x00: eax=0x0000ae7f ebx=0x00602e30 ecx=0x00000000 edx=0x00000000"
private let isolationSNP =
  "   0x4000000c 0x00: eax=0x00000001 ebx=0x00000be2 ecx=0x00000000 edx=0x00000000"

@Suite struct RestrictionTests {
  /// A recorded machine, and what it should be found to be.
  struct Sample: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let files: [String: String]
    let restriction: AccessFacts.Restriction?
    let kind: String?
    let evidence: [String]

    init(
      _ name: String, _ files: [String: String], _ restriction: AccessFacts.Restriction? = nil,
      _ kind: String? = nil, _ evidence: [String] = []
    ) {
      testDescription = name
      self.files = files
      self.restriction = restriction
      self.kind = kind
      self.evidence = evidence
    }
  }

  static let samples = [
    Sample("a guest of KVM", ["cpuid": processor(kvm)]),
    Sample(
      "a TDX guest", ["cpuid": processor(kvm, tdxLeaf)], .confidentialGuest, "TDX",
      ["CPUID leaf 0x21: TDX"]),
    Sample(
      "a TDX guest whose processor was not recorded", ["sys/class/misc/tdx_guest/dev": "10:125"],
      .confidentialGuest, "TDX",
      ["/sys/class/misc/tdx_guest: the kernel has it in TDX guests only"]),
    Sample(
      "an SEV-SNP guest behind Hyper-V's paravisor",
      ["cpuid": processor("Microsoft Hv", isolated, isolationSNP)], .confidentialGuest, "SEV-SNP",
      ["CPUID leaf 0x4000000c: SEV-SNP"]),
    Sample(
      "an SEV-SNP guest by its kernel",
      ["cpuid": processor(kvm, offersSEV), "sys/devices/system/cpu/sev/vmpl": "0"],
      .confidentialGuest, "SEV-SNP",
      ["/sys/devices/system/cpu/sev: the kernel has it in SEV-SNP guests only"]),
    Sample(
      "an SEV-SNP guest by its driver",
      ["cpuid": processor(kvm, offersSEV), "sys/class/misc/sev-guest/dev": "10:124"],
      .confidentialGuest, "SEV-SNP",
      ["/sys/class/misc/sev-guest: the kernel has it in SEV-SNP guests only"]),
    Sample(
      "an SEV guest by SEV_STATUS",
      ["cpuid": processor(kvm, offersSEV), "answers": "rdmsr 0xc0010131: 0x00000001"],
      .confidentialGuest, "SEV",
      ["CPUID leaf 0x8000001f: the processor offers SEV", "rdmsr 0xc0010131: 0x00000001"]),
    Sample(
      "an SEV-ES guest by SEV_STATUS",
      ["cpuid": processor(kvm, offersSEV), "answers": "rdmsr 0xc0010131: 0x00000003"],
      .confidentialGuest, "SEV-ES",
      ["CPUID leaf 0x8000001f: the processor offers SEV", "rdmsr 0xc0010131: 0x00000003"]),
    Sample(
      "a plain guest of a hypervisor that passes the leaf on",
      ["cpuid": processor(kvm, offersSEV), "answers": "rdmsr 0xc0010131: 0x00000000"], nil, nil,
      ["CPUID leaf 0x8000001f: the processor offers SEV", "rdmsr 0xc0010131: 0x00000000"]),
    Sample(
      "a guest that may not read SEV_STATUS",
      ["cpuid": processor(kvm, offersSEV), "answers": "rdmsr 0xc0010131: EACCES"],
      .possiblyConfidentialGuest, nil,
      [
        "CPUID leaf 0x8000001f: the processor offers SEV",
        "rdmsr 0xc0010131: EACCES (Permission denied)",
      ]),
    Sample(
      "a guest whose SEV_STATUS was not recorded", ["cpuid": processor(kvm, offersSEV)],
      .possiblyConfidentialGuest, nil,
      [
        "CPUID leaf 0x8000001f: the processor offers SEV",
        "rdmsr 0xc0010131: not in the record",
      ]),
    // The host's driver of the secure processor is /dev/sev.
    Sample(
      "a host that runs SEV guests",
      [
        "cpuid": processor(isGuest: false, kvm, offersSEV), "sys/class/misc/sev/dev": "10:124",
        "answers": "rdmsr 0xc0010131: 0x00000000",
      ]),
    Sample(
      "a host that runs TDX guests",
      ["cpuid": processor(isGuest: false, kvm, tdxLeaf), "sys/class/misc/kvm/dev": "10:232"]),
    Sample(
      "a PV guest of Xen",
      [
        "cpuid": processor("XenVMMXenVMM"), "sys/hypervisor/type": "xen",
        "sys/hypervisor/guest_type": "PV", "proc/xen/capabilities": "",
      ], .xenParavirtual, "Xen PV", ["/sys/hypervisor/guest_type is \"PV\""]),
    Sample(
      "a PV guest of Xen before Linux 4.13",
      ["cpuid": processor(isGuest: false, kvm), "sys/hypervisor/type": "xen"], .xenParavirtual,
      "Xen PV",
      ["/sys/hypervisor/type is \"xen\", and CPUID does not show Xen, as for its PV guests"]),
    Sample(
      "dom0",
      [
        "cpuid": processor("XenVMMXenVMM"), "sys/hypervisor/type": "xen",
        "sys/hypervisor/guest_type": "PV", "proc/xen/capabilities": "control_d",
      ], .xenParavirtual, "Xen dom0", ["/proc/xen/capabilities has control_d"]),
    Sample(
      "an HVM guest of Xen",
      [
        "cpuid": processor("XenVMMXenVMM"), "sys/hypervisor/type": "xen",
        "sys/hypervisor/guest_type": "HVM",
      ]),
    Sample(
      "a PVH guest of Xen",
      [
        "cpuid": processor("XenVMMXenVMM"), "sys/hypervisor/type": "xen",
        "sys/hypervisor/guest_type": "PVH",
      ]),
    Sample(
      "an HVM guest of Xen before Linux 4.13",
      ["cpuid": processor("XenVMMXenVMM"), "sys/hypervisor/type": "xen"]),
    Sample("nothing at all", [:]),
  ]

  @Test(arguments: samples)
  func `a machine is found to be what it is`(sample: Sample) throws {
    let machine = try RecordedMachine()
    for (name, text) in sample.files { try machine.write(name, text) }
    let found = try machine.probe().restriction
    #expect(found.restriction == sample.restriction)
    #expect(found.kind == sample.kind)
    #expect(found.evidence == sample.evidence)
    #expect((found.remedy != nil) == (sample.restriction == .possiblyConfidentialGuest))
  }

  /// Q35 as a TDX guest, its kernel using ECAM or not.
  private func tdxGuest(usingECAM: Bool) throws -> RecordedMachine {
    let machine = try RecordedMachine.q35()
    try machine.write("cpuid", processor(kvm, tdxLeaf))
    if !usingECAM {
      try machine.write("proc/iomem", "b0000000-bfffffff : Reserved")
      try machine.function(
        "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    }
    return machine
  }

  @Test func `a confidential guest keeps to mechanism 1 where its kernel does`() throws {
    let probe = try tdxGuest(usingECAM: false).probe()
    let facts = try #require(probe.accessFacts)
    let function = FunctionAddress(routingID: 0)
    #expect(facts.restriction == .confidentialGuest)
    #expect(
      AccessPolicy.verified.decide(function, 0x00, on: facts)
        == AccessDecision(
          mechanism: .mechanism1,
          reasons: [.guest, .restricted(.confidentialGuest), .mechanism1Answers]))
    #expect(AccessPolicy.ecam.decide(function, 0x00, on: facts).mechanism == .refused)
    #expect(probe.availability(.ecam) == [.unknown, .unknown])
    #expect(probe.report(.ecam)?.evidence == [])
    #expect(
      probe.report(.ecam)?.causes == [
        "a confidential guest (TDX): ECAM only where the kernel uses it: "
          + "the region at 0xb0000000 is not tried"
      ])
    #expect(probe.comparison.agreeing == [])
    #expect(
      probe.text.contains(
        "\nRestricted   a confidential guest (TDX): ECAM only where the kernel uses it\n"))
    #expect(probe.text.contains("  restriction\n    saw   CPUID leaf 0x21: TDX\n"))
  }

  @Test func `a confidential guest takes ECAM where its kernel does`() throws {
    let facts = try #require(try tdxGuest(usingECAM: true).probe().accessFacts)
    let decision = AccessPolicy.verified.decide(FunctionAddress(routingID: 0), 0x00, on: facts)
    #expect(decision.mechanism == .ecam(facts.regions[0].region))
    #expect(decision.reasons.contains(.kernelUsesECAM))
  }

  @Test func `dom0 is no guest to the policies`() throws {
    let machine = try RecordedMachine.q35()
    try machine.write("cpuid", cpuid(hypervisorBit: true, "XenVMMXenVMM"))
    try machine.write("proc/xen/capabilities", "control_d")
    let facts = try #require(try machine.probe().accessFacts)
    #expect(facts.hypervisor == .host(of: .xen))
    #expect(facts.restriction == .xenParavirtual)
  }
}
