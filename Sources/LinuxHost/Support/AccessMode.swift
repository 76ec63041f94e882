/// How a program accesses configuration space.
public enum AccessMode: String, CaseIterable, Sendable {
  /// The `config` files below `/sys/bus/pci/devices`.
  case sysfs
  /// The files below `/proc/bus/pci`.
  case procfs
  /// Configuration mechanism #1 through the ports 0xCF8 to 0xCFF.
  case mechanism1 = "conf1"
  /// ECAM through `/dev/mem`.
  case ecam

  /// The name for a reader.
  public var title: String {
    switch self {
    case .sysfs: "sysfs"
    case .procfs: "procfs"
    case .mechanism1: "mechanism 1 (ports)"
    case .ecam: "ECAM (/dev/mem)"
    }
  }

  /// Whether it goes past the kernel's own interfaces to PCI.
  public var isRaw: Bool {
    switch self {
    case .sysfs, .procfs: false
    case .mechanism1, .ecam: true
    }
  }
}
