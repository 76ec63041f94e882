import HostPCI
import ToolSupport

extension Host {
  /// The machine that a command looks at.
  ///
  /// - Parameter root: The directory of a recorded machine; `nil` for this one.
  /// - Throws: `Complaint` where there is no such record.
  static func machine(recordedAt root: String?) throws(Complaint) -> Host {
    guard let root else { return .live }
    do {
      return try Host(recordedAt: root)
    } catch {
      throw .cannotRun(
        "\(error.subject): \(error.cause): expected the directory of a recorded machine")
    }
  }
}
