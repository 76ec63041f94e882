import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Which machine a command looks at.
struct MachineOptions: ParsableArguments {
  static let letters = LetterCluster(flags: [], options: ["F"])

  @Option(
    help: ArgumentHelp("Look at a recorded machine instead of this one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  @Option(
    name: .customShort("F"),
    help: ArgumentHelp(
      "Look at a dump of 'lspci -x' instead of a machine; - is standard input.", valueName: "file"),
    completion: .file())
  var file: String?

  func validate() throws {
    if file != nil && root != nil {
      throw ValidationError("-F and --root exclude each other: expected at most one")
    }
  }

  /// Whether it is not this machine.
  var isRecord: Bool { root != nil || file != nil }

  /// The machine.
  func host() throws(Complaint) -> Host {
    if let file {
      let dump = try Self.dump(file)
      for omission in dump.omissions { remark("\(file): \(omission)") }
      return Host(dump, path: file)
    }
    guard let root else { return .live }
    return try Self.record(root)
  }

  /// The dump; `nil` where it is another machine.
  func dump() throws(Complaint) -> ConfigurationDump? {
    guard let file else { return nil }
    return try Self.dump(file)
  }

  /// Opens a record.
  static func record(_ root: String) throws(Complaint) -> Host {
    do {
      return try Host(record: root)
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// Reads a dump.
  static func dump(_ file: String) throws(Complaint) -> ConfigurationDump {
    do {
      return try ConfigurationDump(file: file)
    } catch {
      throw .cannotRun("\(error)")
    }
  }
}
