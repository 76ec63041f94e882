import PCIConfig

/// What the system says about itself, as far as it decides who may access configuration space.
public struct SystemFacts: Sendable {
  /// Strings of the firmware that name the machine, by their names in `sys/class/dmi/id`; none
  /// that identifies one machine among its kind.
  public let dmi: [(name: String, value: Fact<String>)]
  /// The kernel's release, as `uname -r` prints it.
  public let kernelRelease: Fact<String>
  /// The kernel's command line.
  public let commandLine: Fact<KernelCommandLine>
  /// The kernel's configuration, from `boot/config-RELEASE`.
  public let kernelOptions: Fact<KernelOptions>
  /// The lockdown mode: `none`, `integrity` or `confidentiality`.
  public let lockdown: Fact<String>
  /// The rights of this process, or of the one that made the record.
  public let privileges: Fact<Privileges>
  /// Whether those rights count only within a user namespace, as in a rootless container.
  public let isInUserNamespace: Fact<Bool>
  /// The I/O ports that the kernel has given away.
  public let ports: Fact<[Resource]>
  /// The physical addresses that the kernel has given away.
  public let memory: Fact<[Resource]>
  /// The firmware's memory map.
  public let memoryMap: Fact<[MemoryRange]>
  /// The names in `sys/class/mem`: the memory devices that the kernel offers, here or elsewhere.
  public let memoryDevices: Fact<[String]>
  /// The functions that the kernel knows, ascending, each with the size of its `config` file.
  public let functions: Fact<[KnownFunction]>
  /// Names among the kernel's functions that are no address.
  public let unreadableNames: [String]

  /// Reads them all.
  init(_ host: Host) {
    dmi = host.firmwareStrings()
    kernelRelease = host.line("proc/sys/kernel/osrelease")
    commandLine = host.line("proc/cmdline").map { KernelCommandLine($0) }
    kernelOptions = host.text("boot/config-" + (kernelRelease.value ?? "RELEASE"))
      .map { KernelOptions(text: $0) }
    lockdown = host.line("sys/kernel/security/lockdown").map { line in
      // The mode in force stands in brackets: "none [integrity] confidentiality".
      guard let open = line.firstIndex(of: "["), let close = line.firstIndex(of: "]"), open < close
      else { return line }
      return String(line[line.index(after: open)..<close])
    }
    privileges = host.text("proc/self/status").map { Privileges(status: $0) }
    isInUserNamespace = host.line("proc/self/uid_map").map { line in
      // The first namespace maps every user to itself.
      line.split(separator: " ") != ["0", "0", "4294967295"]
    }
    ports = host.text("proc/ioports").map { Resource.parse($0) }
    memory = host.text("proc/iomem").map { Resource.parse($0) }
    memoryMap = host.memoryMap()
    memoryDevices = host.names(in: "sys/class/mem")
    let names = host.names(in: "sys/bus/pci/devices")
    functions = names.map { names in
      names.compactMap { name in
        FunctionAddress(name).map { KnownFunction(address: $0, name: name, host) }
      }
      .sorted { $0.address < $1.address }
    }
    unreadableNames = (names.value ?? []).filter { FunctionAddress($0) == nil }
  }

  /// Whether the kernel is locked down.
  var isLockedDown: Bool { lockdown.value.map { $0 != "none" } ?? false }
}

/// A function that the kernel knows.
public struct KnownFunction: Equatable, Sendable {
  /// Where it is.
  public let address: FunctionAddress
  /// The name of its directory.
  let name: String
  /// The size of its `config` file in bytes: 4096 where the kernel found extended registers, else
  /// 256. In a record the number of bytes that were recorded.
  public let configSize: Fact<Int>

  fileprivate init(address: FunctionAddress, name: String, _ host: Host) {
    self.address = address
    self.name = name
    configSize = host.size("sys/bus/pci/devices/\(name)/config")
  }

  /// The path of its directory in sysfs.
  var directory: String { "sys/bus/pci/devices/\(name)" }
  /// The path of its `config` file.
  var configPath: String { directory + "/config" }
}

/// What the kernel was built with.
public struct KernelOptions: Equatable, Sendable {
  /// An option that decides something, without `CONFIG_`.
  public enum Option: String, CaseIterable, Sendable {
    /// `/dev/mem`.
    case deviceMemory = "DEVMEM"
    /// `/dev/mem` without what the kernel or a driver has.
    case strictDeviceMemory = "STRICT_DEVMEM"
  }

  /// The options that are `y` or `m`, without `CONFIG_`.
  private let set: Set<Substring>

  /// Reads a configuration file of the kernel.
  public init(text: String) {
    set = Set(
      text.lines.compactMap { line in
        guard line.hasPrefix("CONFIG_"), line.hasSuffix("=y") || line.hasSuffix("=m") else {
          return nil
        }
        return line.dropFirst(7).dropLast(2)
      })
  }

  /// Whether an option is built in or a module.
  public func has(_ option: Option) -> Bool { set.contains(Substring(option.rawValue)) }
}

/// The rights of a process.
public struct Privileges: Equatable, Sendable {
  /// The effective user, 0 for root; `nil` where the status does not tell.
  public let user: UInt32?
  /// The effective capabilities, one bit each (capabilities(7)); `nil` as above.
  public let capabilities: UInt64?
  /// Whether a seccomp filter may refuse calls.
  public let isFiltered: Bool

  /// Reads the text of `/proc/self/status`.
  public init(status: String) {
    var fields: [Substring: [Substring]] = [:]
    for line in status.lines {
      let words = line.split { $0 == "\t" || $0 == " " }
      guard let name = words.first, name.hasSuffix(":") else { continue }
      fields[name.dropLast()] = Array(words.dropFirst())
    }
    let users = fields["Uid"] ?? []
    user = users.count > 1 ? UInt32(users[1]) : nil
    capabilities = fields["CapEff"]?.first.flatMap { UInt64($0, radix: 16) }
    isFiltered = fields["Seccomp"]?.first.map { $0 != "0" } ?? false
  }

  /// CAP_SYS_RAWIO: ports and `/dev/mem`.
  public var hasRawIO: Bool? { capabilities.map { $0 >> 17 & 1 == 1 } }
  /// CAP_SYS_ADMIN: registers from 0x40 up, addresses in `/proc/iomem`.
  public var hasAdmin: Bool? { capabilities.map { $0 >> 21 & 1 == 1 } }
}
