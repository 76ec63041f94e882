/// Checks that the program knows what it was called with: Swift's runtime takes that from `/proc`.
///
/// - Throws: ``ToolError`` where `/proc` is missing; every program has at least its own name.
public func requireArguments() throws(ToolError) {
  guard CommandLine.arguments.isEmpty else { return }
  throw .cannotRun("/proc is not mounted: expected it, as the arguments are read from there")
}
