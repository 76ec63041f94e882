import CLinux

/// A capability of KVM's that a kernel may lack (`KVM_CAP_*`).
public struct Extension: RawRepresentable, Hashable, Sendable {
  /// The number that `<linux/kvm.h>` gives it.
  public let rawValue: Int32

  /// Wraps a number of `<linux/kvm.h>`.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// How many memory slots a machine can have: their numbers are all below this.
  public static let memorySlots = Extension(rawValue: KVM_CAP_NR_MEMSLOTS)
  /// Memory slots that guests cannot write to.
  public static let readOnlyMemory = Extension(rawValue: KVM_CAP_READONLY_MEM)
  /// Failures of KVM's emulator outside of ring 0 as exits.
  public static let exitOnEmulationFailure = Extension(
    rawValue: KVM_CAP_EXIT_ON_EMULATION_FAILURE)
  /// `immediate_exit` in `struct kvm_run`.
  public static let immediateExit = Extension(rawValue: KVM_CAP_IMMEDIATE_EXIT)
  /// The page offset of the ring of coalesced writes in a virtual CPU's mapping.
  public static let coalescedMemory = Extension(rawValue: KVM_CAP_COALESCED_MMIO)
  /// Coalesced writes to ports.
  public static let coalescedPorts = Extension(rawValue: KVM_CAP_COALESCED_PIO)
  /// Doorbells: writes that signal an eventfd.
  public static let doorbells = Extension(rawValue: KVM_CAP_IOEVENTFD)
  /// Doorbells in memory that fire for a write of any width.
  public static let doorbellsOfAnyWidth = Extension(rawValue: KVM_CAP_IOEVENTFD_ANY_LENGTH)
  /// Interrupts that an eventfd raises.
  public static let interruptEvents = Extension(rawValue: KVM_CAP_IRQFD)
  /// Interrupts that an eventfd raises and that stay raised until the guest ends them.
  public static let interruptResampling = Extension(rawValue: KVM_CAP_IRQFD_RESAMPLE)
  /// How many entries a table of GSI routes can have.
  public static let interruptRouting = Extension(rawValue: KVM_CAP_IRQ_ROUTING)
  /// Local APICs without the other interrupt controllers.
  public static let splitInterruptControllers = Extension(rawValue: KVM_CAP_SPLIT_IRQCHIP)
  /// Statistics as a file.
  public static let statistics = Extension(rawValue: KVM_CAP_BINARY_STATS_FD)
}
