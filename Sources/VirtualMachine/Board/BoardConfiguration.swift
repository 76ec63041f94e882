import KVM
import PCIConfig

/// What a machine is made of.
public struct BoardConfiguration: Sendable {
  /// What the guest's CPUID says about the hypervisor.
  public enum HypervisorIdentity: Equatable, Sendable {
    /// KVM's own leaves, with the features that KVM offers.
    case kvm
    /// None: CPUID.1:ECX[31] is clear and there are no hypervisor leaves.
    case none
    /// Another hypervisor's signature, with nothing behind it.
    case signature(HypervisorSignature)
    /// Hyper-V's signature, and behind it KVM's own leaves: how KVM shows itself with
    /// enlightenments for Windows.
    case kvmBehindHyperV
    /// Hyper-V's signature, and another hypervisor's behind it.
    case behindHyperV(HypervisorSignature)
  }

  /// How the window of the enhanced configuration access mechanism works.
  public enum ECAM: String, CaseIterable, Sendable {
    /// There is none, and the host bridge has no register to open it with.
    case off
    /// Every access leaves the guest.
    case trapped
    /// It is memory that guests read without leaving; writes leave.
    case readOnly = "read-only"
    /// The same, and writes wait in a ring for the next exit: neither reads nor writes leave. A
    /// guest that reads back what it has written gets the old value until it leaves for another
    /// reason.
    case batched
  }

  /// How KVM takes the doorbells of devices.
  public enum Doorbells: String, CaseIterable, Sendable {
    /// Not at all: all writes leave the guest and reach the device.
    case none
    /// Those of any value by their width.
    case exact
    /// Those of any value in any width where they are in memory, as QEMU has it, and by their width
    /// where they are ports.
    case wildcard
  }

  /// Which ACPI tables there are besides RSDP and XSDT.
  public enum ACPI: Equatable, Sendable {
    /// There are not even those two.
    case none
    /// MCFG with the window where PCIEXBAR has it at the start, or where it is without that register;
    /// no table where there is no window.
    case built
    /// This instead of MCFG.
    case forged(ForgedTable)
  }

  /// The smallest and the largest memory in MiB. All of it lies below 2 GiB.
  public static let memorySizes = 2...2048

  /// The smallest and the largest number of processors: as many as 8-bit APIC identifiers tell
  /// apart.
  public static let processorCounts = 1...255

  /// The ROM.
  public var firmware: FirmwareImage
  /// The memory in MiB, one of ``memorySizes``.
  public var memory: Int
  /// What CPUID says about the hypervisor.
  public var hypervisor: HypervisorIdentity
  /// Whether ports CF8h to CFFh are configuration mechanism #1; else nobody claims them.
  public var hasMechanism1: Bool
  /// How the window of the enhanced mechanism works.
  public var ecam: ECAM
  /// A function that this window shows with a wrong vendor and device, so that those who compare
  /// both mechanisms can be tested; `nil` for none.
  public var misidentified: FunctionAddress?
  /// Which ACPI tables there are.
  public var acpi: ACPI
  /// The PCI functions, those of ``PCIHost/replica(of:hasWindow:misidentified:mutation:)``; the
  /// machine's own where `nil`.
  public var dump: ConfigurationDump?
  /// Ports and memory where a guest's writes wait in a ring for the next exit.
  public var coalescedZones: [CoalescedZone] = []
  /// How KVM takes the doorbells of devices.
  public var doorbells = Doorbells.wildcard
  /// Whether KVM has interrupt controllers for the machine: both PICs, an I/O APIC, and a local APIC
  /// for each processor. `HLT` waits for an interrupt then, instead of ending the guest.
  public var hasInterruptControllers = false
  /// How many processors there are, one of ``processorCounts``. More than one need interrupt
  /// controllers, by which the first one starts the others.
  public var processorCount = 1
  /// How many memory slots there are that nobody needs, to measure what slots cost.
  public var extraMemorySlots = 0
  /// What is wrong on purpose; `nil` for nothing.
  public var mutation: Mutation?

  /// Describes a machine.
  ///
  /// - Parameters:
  ///   - firmware: The ROM.
  ///   - memory: The memory in MiB, one of ``memorySizes``; others trap.
  ///   - hypervisor: What CPUID says about the hypervisor.
  ///   - hasMechanism1: Whether there is configuration mechanism #1.
  ///   - ecam: How the window of the enhanced mechanism works.
  ///   - misidentified: A function that this window shows with a wrong vendor and device.
  ///   - acpi: Which ACPI tables there are.
  public init(
    firmware: FirmwareImage, memory: Int = 64, hypervisor: HypervisorIdentity = .kvm,
    hasMechanism1: Bool = true, ecam: ECAM = .trapped, misidentified: FunctionAddress? = nil,
    acpi: ACPI = .built
  ) {
    precondition(Self.memorySizes.contains(memory), "\(memory) MiB of memory")
    self.firmware = firmware
    self.memory = memory
    self.hypervisor = hypervisor
    self.hasMechanism1 = hasMechanism1
    self.ecam = ecam
    self.misidentified = misidentified
    self.acpi = acpi
  }
}
