import PCIConfig

/// Something that two machines, or one at two times, show differently.
public struct MachineDifference: Equatable, Sendable {
  /// What differs.
  public enum Kind: String, Sendable {
    /// A function that only one has.
    case function
    /// Whether the function answers.
    case response
    /// Vendor, device and class.
    case identification
    /// The driver.
    case driver
    /// The group of the IOMMU.
    case iommuGroup = "iommu-group"
    /// The node of memory that is near.
    case numaNode = "numa-node"
    /// A register.
    case register
    /// The hypervisor.
    case hypervisor
    /// Who may touch ECAM first.
    case restriction
    /// How the kernel accesses registers.
    case kernelAccess = "kernel-access"
    /// Whether an access mode works.
    case accessMode = "access-mode"
    /// An ECAM region, and what vouches for it.
    case ecamRegion = "ecam-region"
    /// An entry of the ACPI table.
    case mcfgEntry = "mcfg-entry"
    /// A string of the firmware.
    case firmware
    /// The kernel's release.
    case kernelRelease = "kernel-release"
    /// An option that the kernel was built with.
    case kernelOption = "kernel-option"
    /// An option of the kernel's command line.
    case commandLine = "command-line"
    /// The lockdown mode.
    case lockdown
    /// A right of who looked.
    case right
    /// An entry of the firmware's memory map.
    case memoryMap = "memory-map"
  }

  /// What differs.
  public let kind: Kind
  /// The function that it is about.
  public let function: FunctionAddress?
  /// The register that it is about.
  public let register: Register?
  /// What it is called: a register's name, an access mode, ….
  public let name: String?
  /// What the first one shows; `nil` where it has no such thing.
  public let first: String?
  /// What the second one shows; `nil` where it has no such thing.
  public let second: String?

  init(
    _ kind: Kind, of function: FunctionAddress? = nil, register: Register? = nil,
    name: String? = nil, from first: String?, to second: String?
  ) {
    self.kind = kind
    self.function = function
    self.register = register
    self.name = name
    self.first = first
    self.second = second
  }
}

extension MachineDifference: CustomStringConvertible {
  /// One line: `+` before what only the second one has, `-` before what only the first one has.
  public var description: String {
    let subject = [
      function.map { "\($0)" },
      [.function, .response, .register].contains(kind) ? nil : kind.title,
      register.map { "register \($0)" }, name,
    ].compactMap { $0 }.joined(separator: " ")
    return switch (first, second) {
    case (let first?, let second?): "  \(subject): \(first) -> \(second)"
    case (nil, let second): "+ \(subject): \(second ?? "")"
    case (let first, nil): "- \(subject): \(first ?? "")"
    }
  }
}

extension MachineDifference.Kind {
  /// The words for a reader.
  var title: String {
    switch self {
    case .iommuGroup: "IOMMU group"
    case .numaNode: "NUMA node"
    case .kernelAccess: "the kernel's access"
    case .accessMode: "access mode"
    case .ecamRegion: "ECAM region"
    case .mcfgEntry: "ACPI MCFG entry"
    case .kernelRelease: "kernel"
    case .kernelOption: "kernel option"
    case .commandLine: "kernel command line"
    case .memoryMap: "memory map"
    default: rawValue
    }
  }
}
