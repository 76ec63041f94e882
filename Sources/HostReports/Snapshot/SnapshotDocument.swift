import HostPCI

/// What a record has, and what was left out, as a document for programs.
public struct SnapshotDocument: Encodable, Sendable {
  let schema = "pcicfg.snapshot"
  let version = 1
  let directory: String
  let functions: Int
  let files: Int
  let omissions: [String]

  /// Makes the document.
  ///
  /// - Parameters:
  ///   - snapshot: The record.
  ///   - directory: Where it was written.
  public init(_ snapshot: Snapshot, directory: String) {
    self.directory = directory
    functions = snapshot.functionCount
    files = snapshot.files.count
    omissions = snapshot.omissions
  }
}
