import HostPCI
import PCIConfig
import ToolSupport

/// What answers: this machine, a record of one or a dump, as it was named.
struct MachineSource {
  /// What `--root` names.
  var root: String?
  /// What `-F` names.
  var file: String?

  /// Whether it is not this machine.
  var isRecord: Bool { root != nil || file != nil }

  /// The machine.
  func host() throws(ToolError) -> Host {
    if let file, let dump = try dump() {
      for omission in dump.omissions { warn("\(file): \(omission)") }
      return Host(dump, path: file)
    }
    guard let root else { return .live }
    do {
      return try Host(record: root)
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// The dump; `nil` where it is another machine.
  func dump() throws(ToolError) -> ConfigurationDump? {
    guard let file else { return nil }
    do {
      return try ConfigurationDump(file: file)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
