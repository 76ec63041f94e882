import PCIConfig

/// The addresses of a machine's functions, before any register is read.
package struct FunctionList {
  /// The addresses.
  package var addresses: [FunctionAddress]
  /// What procfs lists; `nil` if the functions were not listed by procfs.
  package var procfs: ProcfsDevices?
  /// The paths that were listed and whose names are no address, without the leading slash.
  var unreadablePaths: [String] = []

  /// What was listed and is no address, a sentence each.
  package var failures: [String] { unreadablePaths.map { "\($0): the name is no address" } }

  package init(_ addresses: [FunctionAddress]) { self.addresses = addresses }

  /// Lists the functions as the kernel does: in sysfs, and where that is missing or masked by an empty
  /// directory in procfs.
  package init(ofKernel host: Host) throws(FunctionListUnavailable) {
    let missing: FunctionListUnavailable
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
  package init(ofSysfs host: Host) throws(FunctionListUnavailable) {
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
  package init(ofProcfs host: Host) throws(FunctionListUnavailable) {
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

/// Why there are no functions to list.
public enum FunctionListUnavailable: Error, Equatable, Sendable {
  /// The kernel has no such directory.
  ///
  /// - `path`: The directory.
  /// - `record`: The record that was read; `nil` for the live machine.
  case absent(path: String, record: Host.Record?)
  /// The directory is empty: even the file that the kernel has there without functions is missing.
  ///
  /// - `path`: The directory.
  /// - `record`: The record that was read; `nil` for the live machine.
  case empty(path: String, record: Host.Record?)
  /// The system refused or failed.
  case failed(SystemFailure)
}

extension FunctionListUnavailable: CustomStringConvertible {
  /// What was tried and what would help, in one line.
  public var description: String {
    switch self {
    case .absent(let path, nil):
      "\(path) does not exist: the kernel has no PCI support, or /sys is not mounted"
    case .absent(let path, let record?):
      "\(record.prefix)\(path) does not exist: the record has no PCI functions"
    case .empty(let path, nil):
      "\(path) is empty: it is masked, in a container or a sandbox; run it outside of that"
    case .empty(let path, let record?):
      "\(record.prefix)\(path) is empty: the record has no PCI functions"
    case .failed(let failure): "\(failure)"
    }
  }
}

extension FunctionListUnavailable {
  /// The same as a fact: what is not there, or the refusal.
  package func fact<Value>() -> Fact<Value> {
    switch self {
    case .absent(let path, _): .absent(path)
    // It was looked at because there is no directory in sysfs.
    case .empty: .absent("/sys/bus/pci/devices")
    case .failed(let failure): .failed(failure)
    }
  }
}
