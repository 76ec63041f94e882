import ArgumentParser
import HostPCI
import LinuxHost
import PCIConfig
import ToolSupport

/// Which machine a command looks at.
struct MachineOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Use a recorded machine instead of this one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    name: Letter.file.name,
    help: ArgumentHelp(
      "Use a dump of 'lspci -x' instead of a machine; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String?

  func validate() throws {
    if file != nil && root != nil {
      throw ValidationError("-F and --root exclude each other: expected at most one")
    }
  }

  /// Whether it is a recording or a dump instead of this machine.
  var isRecord: Bool { root != nil || file != nil }

  /// The machine.
  ///
  /// - Throws: `ToolError` with status 2 where the recording or the dump cannot be read.
  func host() throws(ToolError) -> Host {
    if let file, let dump = try dump() {
      for omission in dump.omissions { warn("\(file): \(omission)") }
      return Host(dump, path: file)
    }
    guard let root else { return .live }
    do {
      let host = try Host(record: root)
      for line in host.damagedAnswers { warn("\(root)/\(line)") }
      return host
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// The dump; `nil` without `-F`.
  ///
  /// - Throws: `ToolError` with status 2 where the dump cannot be read.
  func dump() throws(ToolError) -> ConfigurationDump? {
    guard let file else { return nil }
    do {
      return try ConfigurationDump(file: file)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
