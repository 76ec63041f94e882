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
  /// The functions that the kernel lists in sysfs, else in procfs, ascending.
  public let functions: Fact<[KnownFunction]>
  /// Paths among the kernel's functions whose names are no address, without the leading slash.
  public let unreadablePaths: [String]

  /// Reads them all.
  package init(_ host: Host) {
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
    do {
      let list = try FunctionList(ofKernel: host)
      let mode: AccessMode = list.procfs == nil ? .sysfs : .procfs
      functions = .known(list.addresses.sorted().map { KnownFunction($0, in: mode, host) })
      unreadablePaths = list.unreadablePaths
    } catch {
      functions = error.fact()
      unreadablePaths = []
    }
  }

  /// The firmware's year, as Linux reads it from DMI: see `dmi_get_date` in its
  /// `drivers/firmware/dmi_scan.c`.
  package var firmwareYear: UInt16? {
    dmi.first { $0.name == "bios_date" }?.value.value.flatMap(Self.year(ofDate:))
  }

  /// The year of a date as DMI has it, month/day/year, of two digits or more: 96 to 99 are of the
  /// last century, as DMI is of 1996.
  ///
  /// - Returns: `nil` where there is no slash, or the year has more than four digits.
  static func year(ofDate date: String) -> UInt16? {
    guard let slash = date.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let digits = date[date.utf8.index(after: slash)...].prefix { "0"..."9" ~= $0 }
    guard !digits.isEmpty, let year = UInt16(digits), year <= 9999 else { return nil }
    return year >= 100 ? year : year >= 96 ? 1900 + year : 2000 + year
  }

  /// Whether the kernel is locked down.
  package var isLockedDown: Bool { lockdown.value.map { $0 != "none" } ?? false }
}
