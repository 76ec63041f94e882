import FoundationEssentials
import Glibc
import KVM
import ToolSupport
import VirtualMachine

/// Where a profile goes that somebody has asked for.
struct ProfileOutput {
  private let options: ProfileOptions
  private let image: String
  private let file: Int32?
  private let start: [Statistics]?

  /// Prepares a machine that has not run yet.
  ///
  /// - Throws: A `KVMError` where the file cannot be opened or KVM does not answer.
  init(_ options: ProfileOptions, image: String, _ board: inout Board) throws {
    self.options = options
    self.image = image
    file = try options.json.map { path in
      let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw KVMError(call: "open", argument: path, errno: errno) }
      return file
    }
    if options.profile { board.profile = ExitProfile() }
    start = options.stats ? try board.statistics() : nil
  }

  /// Tells what was measured.
  ///
  /// - Returns: `false` where the file could not be written; that has been said then.
  /// - Throws: A `KVMError` where KVM does not answer.
  func finish(_ board: borrowing Board) throws -> Bool {
    let counts =
      options.stats ? KernelCounts(from: start, to: try board.statistics()) : nil
    let texts = [board.profile?.text, counts?.text].compactMap(\.self)
    _ = write(Array(texts.joined(separator: "\n").utf8), to: STDERR_FILENO)
    guard let file, let path = options.json else { return true }
    defer { close(file) }
    let document = ProfileDocument(image: image, profile: board.profile, counts: counts)
    guard let error = write(Array(try json(document).utf8), to: file) else { return true }
    RunStatus.report("\(path): \(String(cString: strerror(error)))")
    return false
  }

  private func json(_ document: ProfileDocument) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }
}
