import ArgumentParser

/// What `vmm run` tells about a guest when it has ended.
struct ProfileOptions: ParsableArguments {
  @Flag(
    help: """
      Print on standard error what exits to user space cost, by address, as 'perf kvm stat' does.
      """)
  var profile = false

  @Flag(
    help: """
      Ask the image, by its parameter block, to mark its checks: the profile has a table for each.
      """)
  var sections = false

  @Flag(help: "Print on standard error what KVM itself has counted.")
  var stats = false

  @Option(
    help: ArgumentHelp(
      """
      Write profile and counts to a file as well (schema pcicfg.vmm-profile, version 1).
      """, valueName: "file"), completion: .file())
  var json: String?

  func validate() throws {
    guard !sections || profile else { throw ValidationError("--sections: needs --profile") }
    guard let json else { return }
    guard json != "-" else {
      throw ValidationError("--json -: expected a file: standard output is the guest's")
    }
    guard profile || stats else {
      throw ValidationError("--json \(json): needs --profile or --stats")
    }
  }
}
