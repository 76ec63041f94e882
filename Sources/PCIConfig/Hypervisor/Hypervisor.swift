/// A hypervisor or emulator that names itself through CPUID.
public enum Hypervisor: UInt8, CaseIterable, Sendable {
  /// KVM of Linux.
  case kvm
  /// QEMU's own code generator.
  case tcg
  /// Microsoft Hyper-V.
  case hyperV
  /// Xen, for fully virtualised and PVH guests.
  case xen
  /// VMware.
  case vmware
  /// VirtualBox.
  case virtualBox
  /// bhyve of FreeBSD and illumos.
  case bhyve
  /// Project ACRN.
  case acrn
  /// Jailhouse.
  case jailhouse
  /// QNX Hypervisor.
  case qnx
  /// Parallels.
  case parallels
  /// NVMM of NetBSD.
  case nvmm
  /// vmm of OpenBSD.
  case openBSD
  /// Intel HAXM.
  case haxm
  /// Unisys s-Par.
  case sPar
  /// Lockheed Martin LMHS.
  case lmhs
  /// Apple's Virtualization framework.
  case apple
  /// Intel KGT (Trusty).
  case kgt
  /// kvmtool.
  case kvmtool
  /// Barevisor, a research hypervisor.
  case barevisor
  /// MiniVisor, a research hypervisor.
  case miniVisor
  /// NoirVisor, a research hypervisor.
  case noirVisor
  /// Neko Project, an emulator of the PC-98.
  case nekoProject

  /// One word in lower case, for options and scripts.
  public var name: StaticString {
    switch self {
    case .kvm: "kvm"
    case .tcg: "tcg"
    case .hyperV: "hyper-v"
    case .xen: "xen"
    case .vmware: "vmware"
    case .virtualBox: "virtualbox"
    case .bhyve: "bhyve"
    case .acrn: "acrn"
    case .jailhouse: "jailhouse"
    case .qnx: "qnx"
    case .parallels: "parallels"
    case .nvmm: "nvmm"
    case .openBSD: "openbsd"
    case .haxm: "haxm"
    case .sPar: "s-par"
    case .lmhs: "lmhs"
    case .apple: "apple"
    case .kgt: "kgt"
    case .kvmtool: "kvmtool"
    case .barevisor: "barevisor"
    case .miniVisor: "minivisor"
    case .noirVisor: "noirvisor"
    case .nekoProject: "neko-project"
    }
  }
}
