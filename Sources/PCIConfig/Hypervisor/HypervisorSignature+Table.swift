extension HypervisorSignature {
  /// Every signature that is known, with the hypervisor that shows it.
  ///
  /// Some have two: KVM shows its second behind Hyper-V's interface, bhyve and Parallels changed
  /// theirs, and QNX is reported with and without padding.
  public static let table: [(signature: HypervisorSignature, hypervisor: Hypervisor)] = [
    // "KVMKVMKVM"
    (.init(ebx: 0x4B4D564B, ecx: 0x564B4D56, edx: 0x0000004D), .kvm),
    // "Linux KVM Hv"
    (.init(ebx: 0x756E694C, ecx: 0x564B2078, edx: 0x7648204D), .kvm),
    // "TCGTCGTCGTCG"
    (.init(ebx: 0x54474354, ecx: 0x43544743, edx: 0x47435447), .tcg),
    // "Microsoft Hv"
    (.init(ebx: 0x7263694D, ecx: 0x666F736F, edx: 0x76482074), .hyperV),
    // "XenVMMXenVMM"
    (.init(ebx: 0x566E6558, ecx: 0x65584D4D, edx: 0x4D4D566E), .xen),
    // "VMwareVMware"
    (.init(ebx: 0x61774D56, ecx: 0x4D566572, edx: 0x65726177), .vmware),
    // "VBoxVBoxVBox"
    (.init(ebx: 0x786F4256, ecx: 0x786F4256, edx: 0x786F4256), .virtualBox),
    // "bhyve bhyve "
    (.init(ebx: 0x76796862, ecx: 0x68622065, edx: 0x20657679), .bhyve),
    // "BHyVE BHyVE "
    (.init(ebx: 0x56794842, ecx: 0x48422045, edx: 0x20455679), .bhyve),
    // "ACRNACRNACRN"
    (.init(ebx: 0x4E524341, ecx: 0x4E524341, edx: 0x4E524341), .acrn),
    // "Jailhouse"
    (.init(ebx: 0x6C69614A, ecx: 0x73756F68, edx: 0x00000065), .jailhouse),
    // "QNXQVMBSQG"
    (.init(ebx: 0x51584E51, ecx: 0x53424D56, edx: 0x00004751), .qnx),
    // " QNXQVMBSQG "
    (.init(ebx: 0x584E5120, ecx: 0x424D5651, edx: 0x20475153), .qnx),
    // " prl hyperv "
    (.init(ebx: 0x6C727020, ecx: 0x70796820, edx: 0x20767265), .parallels),
    // " lrpepyh  vr"
    (.init(ebx: 0x70726C20, ecx: 0x68797065, edx: 0x72762020), .parallels),
    // "___ NVMM ___"
    (.init(ebx: 0x205F5F5F, ecx: 0x4D4D564E, edx: 0x5F5F5F20), .nvmm),
    // "OpenBSDVMM58"
    (.init(ebx: 0x6E65704F, ecx: 0x56445342, edx: 0x38354D4D), .openBSD),
    // "HAXMHAXMHAXM"
    (.init(ebx: 0x4D584148, ecx: 0x4D584148, edx: 0x4D584148), .haxm),
    // "UnisysSpar64"
    (.init(ebx: 0x73696E55, ecx: 0x70537379, edx: 0x34367261), .sPar),
    // "SRESRESRESRE"
    (.init(ebx: 0x53455253, ecx: 0x52534552, edx: 0x45525345), .lmhs),
    // "Apple VZ"
    (.init(ebx: 0x6C707041, ecx: 0x5A562065, edx: 0x00000000), .apple),
    // "EVMMEVMMEVMM"
    (.init(ebx: 0x4D4D5645, ecx: 0x4D4D5645, edx: 0x4D4D5645), .kgt),
    // "LKVMLKVMLKVM"
    (.init(ebx: 0x4D564B4C, ecx: 0x4D564B4C, edx: 0x4D564B4C), .kvmtool),
    // "Barevisor!"
    (.init(ebx: 0x65726142, ecx: 0x6F736976, edx: 0x00002172), .barevisor),
    // "MiniVisor"
    (.init(ebx: 0x696E694D, ecx: 0x6F736956, edx: 0x00000072), .miniVisor),
    // "NoirVisor ZT"
    (.init(ebx: 0x72696F4E, ecx: 0x6F736956, edx: 0x545A2072), .noirVisor),
    // "Neko Project"
    (.init(ebx: 0x6F6B654E, ecx: 0x6F725020, edx: 0x7463656A), .nekoProject),
  ]
}
