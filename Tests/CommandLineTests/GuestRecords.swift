import GuestProtocol
import Testing

extension Tool {
  /// What a suite's image prints, run by this product, `vmm`.
  ///
  /// - Parameters:
  ///   - suite: The suite.
  ///   - options: What follows `run`.
  func records(of suite: String, _ options: [String]) async throws -> [Record] {
    let image = "\(try path.dropLast(name.count))pcicfg_GuestROMs.resources/\(suite).rom"
    let outcome = try await bash(#""$0" run --timeout 600 "$@""#, options + [image])
    #expect(outcome.status == .exited(GuestExit.finished.status), "\(outcome.errors)")
    var parser = RecordParser()
    return parser.append(outcome.output.utf8) + parser.finish()
  }
}
