import HostPCI
import LinuxHost
import Testing

struct HypervisorDecisionTests {
  private func decision(_ change: (RecordedMachine) throws -> Void) throws -> HypervisorDecision? {
    let machine = try RecordedMachine()
    try change(machine)
    return try HypervisorDecision.decide(on: Host(recordedAt: machine.root)).value
  }

  private let silent = cpuid(hypervisorBit: false, "KVMKVMKVM\0\0\0")

  @Test(
    arguments: [
      (["sys_vendor": "QEMU", "product_name": "Standard PC (i440FX + PIIX, 1996)"], "qemu"),
      (["product_name": "Standard PC (Q35 + ICH9, 2009)"], "qemu"),
      (["sys_vendor": "Red Hat", "product_name": "KVM"], "kvm"),
      (["sys_vendor": "QEMU", "product_name": "KVM Virtual Machine"], "kvm"),
      (["sys_vendor": "VMware, Inc.", "product_name": "VMware Virtual Platform"], "vmware"),
      (["sys_vendor": "innotek GmbH", "product_name": "VirtualBox"], "virtualbox"),
      (["sys_vendor": "Xen", "product_name": "HVM domU"], "xen"),
      (["sys_vendor": "Microsoft Corporation", "product_name": "Virtual Machine"], "hyper-v"),
      (["sys_vendor": "Microsoft Corporation", "product_name": "Surface Pro 7"], "none"),
      (["sys_vendor": "Bochs", "bios_vendor": "Bochs"], "bochs"),
      (["sys_vendor": "Parallels International GmbH."], "parallels"),
      (["sys_vendor": "FreeBSD", "product_name": "BHYVE"], "bhyve"),
      (["sys_vendor": "OpenBSD", "product_name": "VMM"], "openbsd"),
      (["sys_vendor": "OpenStack Foundation", "product_name": "OpenStack Nova"], "qemu"),
      (["sys_vendor": "Dell Inc.", "product_name": "PowerEdge R740"], "none"),
      (["sys_vendor": "Google", "product_name": "Eve"], "none"),
      ([:], "none"),
    ])
  func `where CPUID shows none the firmware's strings decide`(
    strings: [String: String], word: String
  ) throws {
    let decision = try #require(
      try decision { machine in
        try machine.write("cpuid", silent)
        for (name, text) in strings { try machine.write("sys/class/dmi/id/\(name)", text) }
      })
    #expect(decision.word == word)
    #expect(decision.isGuest == (word != "none"))
    #expect(decision.overridesProcessor == (word != "none"))
    #expect(decision.reasons.first == "CPUID.1:ECX[31] is clear")
    #expect(decision.reasons.count == (word == "none" ? 1 : 2))
  }

  @Test(arguments: [
    ("VMwareVMware", "vmware"), ("XenVMMXenVMM", "xen"), ("KVMKVMKVM\0\0\0", "kvm"),
  ])
  func `where CPUID names one other strings count for nothing`(
    signature: String, word: String
  ) throws {
    let decision = try #require(
      try decision { machine in
        try machine.write("cpuid", cpuid(hypervisorBit: true, signature))
        try machine.write("sys/class/dmi/id/sys_vendor", "Microsoft Corporation")
        try machine.write("sys/class/dmi/id/product_name", "Virtual Machine")
      })
    #expect(decision.word == word)
    #expect(!decision.overridesProcessor)
  }

  @Test(
    arguments: [
      ("innotek GmbH", "KVMKVMKVM\0\0\0", HypervisorDecision.Verdict.guest(of: .virtualBox)),
      ("innotek GmbH", "Microsoft Hv", .guest(of: .virtualBox)),
      ("Parallels Software International Inc.", "KVMKVMKVM\0\0\0", .guest(of: .parallels)),
      ("innotek GmbH", "VMwareVMware", .guest(of: .vmware)),
    ])
  func `VirtualBox and Parallels are told from those whose signatures they show`(
    vendor: String, signature: String, verdict: HypervisorDecision.Verdict
  ) throws {
    let decision = try decision { machine in
      try machine.write("cpuid", cpuid(hypervisorBit: true, signature))
      try machine.write("sys/class/dmi/id/sys_vendor", vendor)
    }
    #expect(decision?.verdict == verdict)
  }

  @Test(arguments: [("KVMKVMKVM\0\0\0", "kvm"), ("XenVMMXenVMM", "xen")])
  func `KVM and Xen are seen behind the leaves of Hyper-V`(
    signature: String, word: String
  ) throws {
    let behind = cpuid(hypervisorBit: true, signature)
      .replacing("0x40000000 0x00: eax=0x40000001", with: "0x40000100 0x00: eax=0x40000101")
    let decision = try #require(
      try decision { machine in
        try machine.write("cpuid", cpuid(hypervisorBit: true, "Microsoft Hv") + "\n" + behind)
      })
    #expect(decision.word == word)
    #expect(decision.reasons.count == 2)
  }

  @Test func `a root partition is no guest`() throws {
    let privileges =
      "\n   0x40000003 0x00: eax=0x00003fff ebx=0x00001000 ecx=0x00000002 edx=0x00000000"
    let record = cpuid(hypervisorBit: true, "Microsoft Hv")
      .replacing("eax=0x40000001", with: "eax=0x40000006")
    let decision = try #require(try decision { try $0.write("cpuid", record + privileges) })
    #expect(decision.verdict == .host(of: .hyperV))
    #expect(decision.word == "none")
    #expect(!decision.isGuest)
  }

  @Test func `an unknown and an empty signature have words of their own`() throws {
    for (signature, word) in [
      ("Some other !", "unknown"), (String(repeating: "\0", count: 12), "unnamed"),
    ] {
      let decision = try #require(
        try decision { machine in
          try machine.write("cpuid", cpuid(hypervisorBit: true, signature))
          try machine.write("sys/class/dmi/id/sys_vendor", "QEMU")
        })
      #expect(decision.word == word)
      #expect(decision.isGuest)
      #expect(decision.reasons.last == "DMI sys_vendor is \"QEMU\"")
    }
  }

  @Test(
    arguments: [
      ("m5.large", nil, "kvm"), ("m5.large", false, "none"), ("m5.large", true, "kvm"),
      ("i3.metal", nil, "none"), ("m7i.metal-24xl", false, "none"),
    ] as [(String, Bool?, String)])
  func `a cloud's name does not make a bare machine virtual`(
    product: String, isVirtual: Bool?, word: String
  ) throws {
    let decision = try decision { machine in
      if isVirtual != nil { try machine.write("cpuid", silent) }
      try machine.write("sys/class/dmi/id/sys_vendor", "Amazon EC2")
      try machine.write("sys/class/dmi/id/product_name", product)
      if let isVirtual { try machine.writeSMBIOS(isVirtual: isVirtual) }
    }
    // Without CPUID nothing tells that a machine is bare.
    #expect(decision?.word == (isVirtual == nil && word == "none" ? nil : word))
  }

  @Test func `a cloud's name alone does not speak against CPUID`() throws {
    let decision = try decision { machine in
      try machine.write("cpuid", silent)
      try machine.write("sys/class/dmi/id/product_name", "Google Compute Engine")
    }
    #expect(decision?.verdict == .bareMetal)
  }

  @Test func `SMBIOS gives away a hypervisor that hides and that nothing names`() throws {
    let decision = try decision { machine in
      try machine.write("cpuid", silent)
      try machine.write("sys/class/dmi/id/sys_vendor", "Example")
      try machine.writeSMBIOS(isVirtual: true)
    }
    #expect(decision?.verdict == .unnamed)
  }

  @Test func `a paravirtual guest of Xen is one, and domain 0 is not`() throws {
    let guest = try decision { machine in
      try machine.write("cpuid", silent)
      try machine.write("sys/hypervisor/type", "xen")
    }
    #expect(guest?.verdict == .guest(of: .xen))
    let host = try decision { machine in
      try machine.write("cpuid", cpuid(hypervisorBit: true, "XenVMMXenVMM"))
      try machine.write("sys/hypervisor/type", "xen")
      try machine.write("proc/xen/capabilities", "control_d")
    }
    #expect(host?.verdict == .host(of: .xen))
    #expect(host?.isGuest == false)
  }

  @Test func `without a processor's word only a virtual machine's strings decide`() throws {
    #expect(try decision { try $0.write("sys/class/dmi/id/sys_vendor", "Dell Inc.") } == nil)
    let decision = try decision { try $0.write("sys/class/dmi/id/sys_vendor", "QEMU") }
    #expect(decision?.verdict == .virtualMachine("qemu"))
    #expect(decision?.reasons == ["DMI sys_vendor is \"QEMU\""])
  }

  @Test func `this machine's decision agrees with its processor`() throws {
    let decision = try #require(HypervisorDecision.decide(on: .live).value)
    if !decision.overridesProcessor,
      case .guest(let hypervisor)? = Host.live.hypervisor().value?.verdict
    {
      #expect(decision.verdict == .guest(of: hypervisor))
    }
    #expect(!decision.reasons.isEmpty)
  }
}

extension RecordedMachine {
  /// Writes SMBIOS structure 0, BIOS Information, of 24 bytes.
  fileprivate func writeSMBIOS(isVirtual: Bool) throws {
    var bytes = [UInt8](repeating: 0, count: 24)
    bytes[1] = 24
    bytes[0x13] = isVirtual ? 0x1C : 0x0C
    try write("sys/firmware/dmi/entries/0-0/raw", bytes)
  }
}
