import PCIConfig

/// The functions of a machine, before any is looked at.
struct FunctionList {
  /// Where they are.
  var addresses: [FunctionAddress]
  /// What procfs tells of them; `nil` where sysfs does, or nothing.
  var procfs: ProcfsDevices?
  /// The paths that were listed and whose names are no address, without the leading slash.
  var unreadablePaths: [String] = []

  /// What was listed and is no address, a sentence each.
  var failures: [String] { unreadablePaths.map { "\($0): the name is no address" } }

  init(_ addresses: [FunctionAddress]) { self.addresses = addresses }

  /// Lists the functions as the kernel does: in sysfs, and where that is missing or masked by an empty
  /// directory in procfs.
  init(ofKernel host: Host) throws(InventoryUnavailable) {
    let missing: InventoryUnavailable
    do {
      try self.init(ofSysfs: host)
      if addresses.isEmpty, unreadablePaths.isEmpty, let others = try? Self(ofProcfs: host),
        !others.addresses.isEmpty
      {
        self = others
      }
      return
    } catch {
      guard case .absent = error else { throw error }
      missing = error
    }
    guard host.size("proc/bus/pci").value != nil else { throw missing }
    try self.init(ofProcfs: host)
  }

  /// Lists the functions of sysfs.
  init(ofSysfs host: Host) throws(InventoryUnavailable) {
    let directory = "sys/bus/pci/devices"
    let names: [String]
    switch host.names(in: directory) {
    case .known(let found): names = found
    case .absent(let path): throw .absent(path: path, record: host.record)
    case .failed(let failure): throw .failed(failure)
    }
    addresses = []
    for name in names {
      if let address = FunctionAddress(name) {
        addresses.append(address)
      } else {
        unreadablePaths.append("\(directory)/\(name)")
      }
    }
  }

  /// Lists the functions of procfs.
  init(ofProcfs host: Host) throws(InventoryUnavailable) {
    let devices: ProcfsDevices
    do {
      devices = try ProcfsDevices(host)
    } catch {
      throw .failed(error)
    }
    // Linux has the file `devices` there also on a machine without PCI.
    guard !devices.isEmpty else { throw .empty(path: "/proc/bus/pci", record: host.record) }
    addresses = devices.addresses
    procfs = devices
    unreadablePaths = devices.unreadableNames
  }
}
