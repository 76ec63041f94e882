import LinuxHost
import PCIConfig

/// The firmware's strings that name a machine, as far as they tell of a virtual one.
struct FirmwareStrings: Equatable, Sendable {
  /// What a virtual machine's firmware says that it is.
  struct Product: Equatable, Sendable {
    /// One word in lower case: that of ``hypervisor`` where the strings tell it.
    let name: String
    /// The hypervisor; `nil` where the product runs on several.
    let hypervisor: Hypervisor?
    /// The string that tells, for a reader.
    let evidence: String
    /// Whether machines that are not virtual carry the same string.
    let isAmbiguous: Bool
  }

  /// The strings by their names in `sys/class/dmi/id`.
  let strings: [String: String]

  /// Creates the strings of a machine.
  init(_ facts: [(name: String, value: Fact<String>)]) {
    strings = Dictionary(
      facts.compactMap { fact in fact.value.value.map { (fact.name, $0) } }
    ) { first, _ in first }
  }

  private struct Row {
    let field: String
    let beginning: String
    let name: String
    var hypervisor: Hypervisor?
    var vendor: String?
    var isCloud = false

    init(
      _ field: String, _ beginning: String, _ hypervisor: Hypervisor, vendor: String? = nil,
      isCloud: Bool = false
    ) {
      self.field = field
      self.beginning = beginning
      name = "\(hypervisor.name)"
      self.hypervisor = hypervisor
      self.vendor = vendor
      self.isCloud = isCloud
    }

    init(_ field: String, _ beginning: String, named name: String) {
      self.field = field
      self.beginning = beginning
      self.name = name
    }
  }

  /// The first row that fits counts: what names the hypervisor stands before what names only QEMU,
  /// which runs on KVM and on its own code generator under the same strings. Fields that many
  /// vendors fill come with the vendor: Microsoft and Google sell machines, too.
  private static let table = [
    Row("product_name", "VirtualBox", .virtualBox),
    Row("sys_vendor", "innotek GmbH", .virtualBox),
    Row("bios_vendor", "innotek GmbH", .virtualBox),
    Row("product_name", "Parallels", .parallels),
    Row("sys_vendor", "Parallels", .parallels),
    Row("bios_vendor", "Parallels", .parallels),
    Row("product_name", "VMware", .vmware),
    Row("sys_vendor", "VMware", .vmware),
    Row("sys_vendor", "VMW", .vmware),
    Row("product_name", "Virtual Machine", .hyperV, vendor: "Microsoft Corporation"),
    Row("product_name", "HVM domU", .xen),
    Row("sys_vendor", "Xen", .xen),
    Row("bios_vendor", "Xen", .xen),
    Row("product_name", "BHYVE", .bhyve),
    Row("bios_vendor", "BHYVE", .bhyve),
    Row("product_name", "VMM", .openBSD, vendor: "OpenBSD"),
    Row("product_name", "Apple Virtualization", .apple),
    Row("sys_vendor", "Apple Virtualization", .apple),
    Row("product_name", "KVM", .kvm),
    Row("sys_vendor", "KVM", .kvm),
    Row("product_name", "KubeVirt", .kvm),
    Row("sys_vendor", "KubeVirt", .kvm),
    Row("sys_vendor", "Amazon EC2", .kvm, isCloud: true),
    Row("product_name", "Google Compute Engine", .kvm, isCloud: true),
    Row("sys_vendor", "QEMU", named: "qemu"),
    Row("product_name", "Standard PC (", named: "qemu"),
    Row("product_name", "OpenStack", named: "qemu"),
    Row("sys_vendor", "OpenStack", named: "qemu"),
    Row("sys_vendor", "Bochs", named: "bochs"),
    Row("bios_vendor", "Bochs", named: "bochs"),
  ]

  /// What the strings say that the machine is; `nil` for one that they do not call virtual.
  var product: Product? {
    let row = Self.table.first { row in
      guard strings[row.field]?.hasPrefix(row.beginning) == true else { return false }
      return row.vendor.map { strings["sys_vendor"]?.hasPrefix($0) == true } ?? true
    }
    guard let row, !isRentedWhole else { return nil }
    return Product(
      name: row.name, hypervisor: row.hypervisor,
      evidence: "DMI \(row.field) is \"\(strings[row.field] ?? "")\"", isAmbiguous: row.isCloud)
  }

  /// Amazon's bare machines have `.metal` in the name of their instance type.
  private var isRentedWhole: Bool {
    strings["sys_vendor"] == "Amazon EC2" && strings["product_name"]?.contains(".metal") == true
  }
}
