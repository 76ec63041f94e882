import PCIConfig

/// A function that the kernel knows.
public struct KnownFunction: Equatable, Sendable {
  /// Where it is.
  public let address: FunctionAddress
  /// Where the kernel lists it: ``AccessMode/sysfs``, or ``AccessMode/procfs`` where that is missing.
  public let mode: AccessMode
  /// The size of its file in bytes: 4096 where the kernel found extended registers, else 256. In a
  /// record the number of bytes that were recorded.
  public let configSize: Fact<Int>
  /// The path of the file with its registers, in sysfs or in procfs.
  package let configPath: String

  init(_ address: FunctionAddress, in mode: AccessMode, _ host: Host) {
    self.address = address
    self.mode = mode
    let paths =
      mode == .procfs ? host.procfsPaths(of: address) : [Self.sysfsConfigPath(of: address)]
    let path = paths.first { host.size($0).value != nil } ?? paths[0]
    configPath = path
    configSize = host.size(path)
  }

  private static func directory(of address: FunctionAddress) -> String {
    "sys/bus/pci/devices/\(address)"
  }

  private static func sysfsConfigPath(of address: FunctionAddress) -> String {
    directory(of: address) + "/config"
  }

  /// The path of its directory in sysfs.
  package var directory: String { Self.directory(of: address) }
  /// The path of its `config` file in sysfs.
  package var sysfsConfigPath: String { Self.sysfsConfigPath(of: address) }
}
