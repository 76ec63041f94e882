import Glibc
import LinuxHost

/// Which modules of the kernel claim a PCI function: the patterns that `depmod(8)` collects.
struct ModuleAliases: Sendable {
  private struct Entry: Sendable {
    let pattern: ArraySlice<UInt8>
    /// What every name that matches begins with.
    let prefix: ArraySlice<UInt8>
    let module: ArraySlice<UInt8>

    /// An entry of a PCI function; `nil` for another bus.
    init?(_ pattern: ArraySlice<UInt8>, _ module: ArraySlice<UInt8>) {
      guard pattern.starts(with: "pci:".utf8), !module.isEmpty else { return nil }
      self.pattern = pattern
      prefix = pattern.prefix { !"*?[\\".utf8.contains($0) }
      self.module = module
    }
  }

  /// The modules that can be loaded and, where none of them matches, those that are built in.
  private let stages: [[Entry]]

  /// More than any distribution's list, which has some 1.5 MB.
  private static let greatestByteCount = 16 << 20

  /// Reads the lists of a machine's running kernel; of those that are missing none is taken.
  init(_ host: Host) {
    let release = host.line("proc/sys/kernel/osrelease").value
    func bytes(_ name: String) -> [UInt8] {
      release.flatMap {
        host.bytes("lib/modules/\($0)/\(name)", limit: Self.greatestByteCount).value
      } ?? []
    }
    self.init(
      loadable: bytes("modules.alias"), builtIn: bytes("modules.builtin.modinfo"))
  }

  /// Takes lists apart.
  ///
  /// - Parameters:
  ///   - loadable: `modules.alias`: lines `alias PATTERN MODULE`.
  ///   - builtIn: `modules.builtin.modinfo`: strings `MODULE.alias=PATTERN`, ended by zeros.
  init(loadable: [UInt8], builtIn: [UInt8]) {
    stages = [
      loadable.split(separator: UInt8(ascii: "\n")).compactMap { line -> Entry? in
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
        return words.count == 3 && words[0].elementsEqual("alias".utf8)
          ? Entry(words[1], words[2]) : nil
      },
      builtIn.split(separator: 0).compactMap { text -> Entry? in
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return nil }
        let field = text[dot...].dropFirst()
        return field.starts(with: "alias=".utf8)
          ? Entry(field.dropFirst(6), text[..<dot]) : nil
      },
    ]
  }

  /// The modules that claim a device, in the order of the list, each once.
  ///
  /// - Parameter name: The device's name for the kernel's loader: `MODALIAS` of its `uevent` file.
  func modules(for name: String) -> [String] {
    for entries in stages {
      var modules: [String] = []
      for entry in entries where name.utf8.starts(with: entry.prefix) {
        let module = String(decoding: entry.module, as: UTF8.self)
        if !modules.contains(module)
          && fnmatch(String(decoding: entry.pattern, as: UTF8.self), name, 0) == 0
        {
          modules.append(module)
        }
      }
      if !modules.isEmpty { return modules }
    }
    return []
  }
}
