import Glibc
import LinuxHost
import PCIConfig

/// What of a machine's files goes into a record that is passed on: what decides something, and
/// nothing that identifies the machine or who has it.
struct SnapshotFilter {
  /// What is kept of a file.
  private enum Rule: Sendable {
    case whole
    case firstLine
    /// The lines that a closure picks; what the others are, for a reader.
    case lines(except: String, @Sendable (Substring) -> Bool)
    case registers
    case commandLine
    case moduleAliases
    case kernelRelease
    case table
  }

  private let includesSerialNumbers: Bool
  /// The names of the machine's devices for the kernel's loader.
  private let deviceNames: [String]
  private let kernelRelease: KernelRelease?
  /// What was left out, and where.
  private var leftOut: [(name: String, places: [String])] = []

  /// Creates a filter.
  ///
  /// - Parameters:
  ///   - includesSerialNumbers: Whether registers that identify a unit are kept.
  ///   - deviceNames: What the files `modalias` of the machine's functions hold.
  ///   - kernelRelease: The release of the machine's kernel; `nil` where it is not known.
  init(includesSerialNumbers: Bool, deviceNames: [String], kernelRelease: String?) {
    self.includesSerialNumbers = includesSerialNumbers
    self.deviceNames = deviceNames
    self.kernelRelease = kernelRelease.map { KernelRelease($0) }
  }

  /// The path that the record has for one of the machine: the release of the kernel stands in some.
  ///
  /// - Parameter path: Without the leading slash.
  func recordedPath(_ path: String) -> String { kernelRelease?.publicPath(path) ?? path }

  /// What was left out, a line each.
  var omissions: [String] {
    leftOut.map { name, places in
      places.isEmpty ? name : "\(name): \(places.joined(separator: ", "))"
    }
  }

  /// What is kept of a file; `nil` where nothing is known of it.
  ///
  /// - Parameters:
  ///   - path: Its path without the leading slash.
  ///   - bytes: Its bytes.
  mutating func keep(_ path: String, _ bytes: [UInt8]) -> [UInt8]? {
    switch Self.rule(path) {
    case .whole: return bytes
    case .firstLine: return Array(bytes.prefix { $0 != UInt8(ascii: "\n") }) + Array("\n".utf8)
    case .lines(let others, let isKept):
      let lines = String(decoding: bytes, as: UTF8.self).lines
      let kept = lines.filter(isKept)
      if kept.count < lines.count { leaveOut(others, of: "/" + recordedPath(path)) }
      return Array(kept.map { $0 + "\n" }.joined().utf8)
    case .registers: return keepRegisters(path, bytes)
    case .commandLine: return keepCommandLine(bytes)
    case .moduleAliases: return keepAliases(bytes)
    case .kernelRelease: return keepRelease(path, bytes)
    case .table: return keepTable(path, bytes)
    case nil:
      leaveOut(Self.unknown, of: "/" + recordedPath(path))
      return nil
    }
  }

  /// The names that are kept of a directory's.
  mutating func keep(namesIn directory: String, _ names: [String]) -> [String] {
    switch directory {
    case "sys/bus/pci/devices", "sys/class/mem", "sys/firmware/memmap": return names
    case "sys/class/misc": return names.filter { $0 == "sev-guest" || $0 == "tdx_guest" }
    case "sys/devices/system/cpu": return names.filter { $0 == "sev" }
    case "sys/firmware/acpi/tables": return []
    // The files of the functions are saved, and with them their directories.
    case _ where directory.hasPrefix("proc/bus/pci"): return []
    default:
      leaveOut(Self.unknown, of: "/" + directory)
      return []
    }
  }

  private static let unknown = "files that are not known to be harmless"

  private static func rule(_ path: String) -> Rule? {
    if let rule = rules[path] { return rule }
    let name = path.split(separator: "/").last ?? ""
    if path.hasPrefix("sys/bus/pci/devices/") {
      switch name {
      case "config": return .registers
      case "uevent":
        return .lines(except: "what else the kernel announces of a device") { line in
          ["DRIVER=", "PCI_CLASS=", "PCI_ID=", "PCI_SUBSYS_ID=", "PCI_SLOT_NAME=", "MODALIAS="]
            .contains { line.hasPrefix($0) }
        }
      default: return functionFiles.contains(String(name)) ? .whole : nil
      }
    }
    if path.hasPrefix("proc/bus/pci/") { return name.contains(".") ? .registers : nil }
    if path.hasPrefix("sys/firmware/memmap/") { return .whole }
    if path.hasPrefix("lib/modules/") {
      return name == "modules.alias" || name == "modules.builtin.modinfo" ? .moduleAliases : nil
    }
    if path.hasPrefix("boot/config-") {
      return .lines(except: "what else the kernel was built with") { line in
        KernelOptions.Option.allCases.contains { line.hasPrefix("CONFIG_\($0.rawValue)=") }
      }
    }
    return nil
  }

  /// What is kept whole of a function's files in sysfs.
  static let functionFiles = [
    "vendor", "device", "class", "revision", "subsystem_vendor", "subsystem_device", "modalias",
    "irq", "resource", "numa_node", "power_state",
  ]

  private static let rules: [String: Rule] = [
    "proc/cmdline": .commandLine,
    "proc/ioports": .whole,
    "proc/iomem": .lines(except: "where the kernel lies") { !$0.contains(" : Kernel ") },
    "proc/self/status": .lines(except: "what else there is of the process") { line in
      ["Uid:", "CapEff:", "Seccomp:"].contains { line.hasPrefix($0) }
    },
    "proc/self/uid_map": .firstLine,
    "proc/sys/kernel/osrelease": .kernelRelease,
    "proc/xen/capabilities": .whole,
    "sys/class/dmi/id/sys_vendor": .firstLine,
    "sys/class/dmi/id/product_name": .firstLine,
    "sys/class/dmi/id/bios_vendor": .firstLine,
    "sys/class/dmi/id/bios_version": .firstLine,
    "sys/class/dmi/id/bios_date": .firstLine,
    "sys/firmware/acpi/tables/MCFG": .table,
    "sys/firmware/dmi/entries/0-0/raw": .whole,
    "sys/hypervisor/guest_type": .firstLine,
    "sys/hypervisor/type": .firstLine,
    "sys/kernel/security/lockdown": .firstLine,
  ]

  private mutating func keepRegisters(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
    guard !includesSerialNumbers else { return bytes }
    var kept = bytes
    let parts = IdentifyingRegisters(ConfigurationImage(bytes), count: bytes.count).parts
    for part in parts where kept[part.bytes].contains(where: { $0 != 0 }) {
      kept.replaceSubrange(part.bytes, with: repeatElement(0, count: part.bytes.count))
      leaveOut("\(part.name) (zeros instead)", of: Self.function(path))
    }
    return kept
  }

  /// The function that a file of registers is of: `sys/bus/pci/devices/0000:00:1f.3/config` or
  /// `proc/bus/pci/00/1f.3`, in which the bus may have its segment.
  private static func function(_ path: String) -> String {
    let parts = path.split(separator: "/").suffix(2).map(String.init)
    guard parts.count == 2, parts[1] != "config" else { return parts.first ?? path }
    return FunctionAddress(parts.joined(separator: ":")).map { "\($0)" } ?? path
  }

  /// Options of Linux that have to do with PCI, its interrupts, memory and hypervisors
  /// (`kernel-parameters.txt`); what others say may be a name, an address or a password.
  private static let options = [
    "acpi", "amd_iommu", "apic", "intel_iommu", "iomem", "iommu", "lockdown", "memmap", "nolapic",
    "noapic", "nohpet", "nopv", "pci", "pcie_aspm", "pcie_ports", "pnpacpi",
  ]

  /// The options of a command line that are kept.
  static func decidingOptions(_ commandLine: String) -> [Substring] {
    KernelCommandLine(commandLine).options.filter { options.contains(String($0.name)) }
      .map(\.word)
  }

  private mutating func keepCommandLine(_ bytes: [UInt8]) -> [UInt8] {
    let line = String(String(decoding: bytes, as: UTF8.self).firstLine)
    let kept = Self.decidingOptions(line)
    let count = KernelCommandLine(line).words.count - kept.count
    if count > 0 {
      leaveOut("options for other things than PCI and memory", of: "\(count) of /proc/cmdline")
    }
    return Array((kept.joined(separator: " ") + "\n").utf8)
  }

  private mutating func keepRelease(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
    let release = kernelRelease ?? KernelRelease("")
    if release.publicText != release.text {
      leaveOut("what who built the kernel appended to its release", of: "/" + path)
    }
    return Array((release.publicText + "\n").utf8)
  }

  /// The table, with zeros for what the system shows behind it.
  private mutating func keepTable(_ path: String, _ bytes: [UInt8]) -> [UInt8] {
    let table = bytes.prefix(MCFG.byteCount(of: bytes))
    let rest = bytes.count - table.count
    guard bytes.suffix(rest).contains(where: { $0 != 0 }) else { return bytes }
    leaveOut("what stands behind the table (zeros instead)", of: "/" + path)
    return table + [UInt8](repeating: 0, count: rest)
  }

  /// The entries of `modules.alias` and `modules.builtin.modinfo` for the machine's functions.
  private func keepAliases(_ bytes: [UInt8]) -> [UInt8] {
    let isText = !bytes.contains(0)
    let end: UInt8 = isText ? UInt8(ascii: "\n") : 0
    var kept: [UInt8] = []
    for entry in bytes.split(separator: end) {
      let text = String(decoding: entry, as: UTF8.self)
      let pattern =
        isText
        ? text.split(separator: " ").dropFirst().first
        : text.split(separator: "=", maxSplits: 1).dropFirst().first
      guard let pattern, pattern.hasPrefix("pci:"),
        deviceNames.contains(where: { fnmatch(String(pattern), $0, 0) == 0 })
      else { continue }
      kept += entry + [end]
    }
    return kept
  }

  /// Says that something is left out.
  ///
  /// - Parameters:
  ///   - name: What it is.
  ///   - place: Where it was.
  mutating func leaveOut(_ name: String, of place: String) {
    guard let index = leftOut.firstIndex(where: { $0.name == name }) else {
      leftOut.append((name, [place]))
      return
    }
    if !leftOut[index].places.contains(place) { leftOut[index].places.append(place) }
  }
}
