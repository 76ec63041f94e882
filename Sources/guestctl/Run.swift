import ArgumentParser
import Foundation
import GuestKit
import ToolSupport

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run suites or checks on hypervisors and compare the outcomes.",
    usage: """
      guestctl run [<pattern> ...] [--on <pattern> ...] [--jobs <jobs>]
                   [--timeout <seconds>] [--save <dir>] [--json <file>]
                   [--data <dir>] [--hypervisors <file>] [--deviations <file>]
      """,
    discussion: """
      A pattern is the name of a suite or a check, or its first parts; * stands for any letters, ? \
      for one.

      Examples:
        guestctl run
        guestctl run hypervisor --on vmm
        guestctl run conf1.latch --on 'qemu-kvm-*' --on vmm --timeout 30
        guestctl run --json - | jq .totals

      Exit status:
        0   every outcome is good or explained
        1   a check failed
        2   nothing could be run
        64  wrong usage
      """)

  @Argument(
    help: ArgumentHelp("What to run; every suite where nothing is named.", valueName: "pattern"))
  var patterns: [String] = []

  @Option(
    name: .customLong("on"), help: ArgumentHelp("Hypervisors to run on.", valueName: "pattern"))
  var hypervisorPatterns: [String] = []

  @Option(help: "How many hypervisors run at once.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount

  @Option(help: ArgumentHelp("How long a boot may take.", valueName: "seconds"))
  var timeout = RunSettings().timeLimit

  @Option(
    help: ArgumentHelp(
      "Keep image, command, serial output and standard error of every boot.", valueName: "dir"))
  var save: String?

  @Option(help: ArgumentHelp("Write the report as JSON; - is standard output.", valueName: "file"))
  var json: String?

  @OptionGroup var files: FileOptions

  func validate() throws {
    guard jobs > 0 else { throw ValidationError("--jobs \(jobs): expected at least 1") }
    guard timeout > 0, timeout <= 86_400 else {
      throw ValidationError("--timeout \(timeout): expected more than 0 and at most 86400 seconds")
    }
    if save == "" { throw ValidationError("--save '': expected a folder") }
    // QEMU, in whose options the image's path stands, ends a value there.
    if let save, save.contains(",") {
      throw ValidationError("--save \(save): expected a path without a comma")
    }
    if json == "" { throw ValidationError("--json '': expected a file, or - for standard output") }
  }

  func run() async throws {
    let workspace = try files.workspace()
    let selection: Selection
    do {
      selection = try Selection(
        patterns: patterns, hypervisorPatterns: hypervisorPatterns, images: workspace.images,
        file: workspace.hypervisorFile)
    } catch {
      throw ToolError.usage(error.description)
    }
    try checkFile(workspace)
    var settings = RunSettings()
    settings.jobs = jobs
    settings.timeLimit = timeout
    settings.saveDirectory = save
    settings.requiresKVM = ProcessInfo.processInfo.environment["PCICFG_REQUIRE_KVM"] == "1"
    let runner = GuestRunner(
      selection: selection, deviations: workspace.deviations, settings: settings,
      repeatOptions: repeatOptions)
    let report = try await result(of: runner)
    try show(report)
    guard !report.runs.isEmpty else {
      throw ToolError.cannotRun("no hypervisor that was asked for can run here; see above")
    }
    if !report.isGood { throw ExitCode(1) }
  }

  /// What a command needs to repeat a part of this run.
  private var repeatOptions: [String] {
    let limit = timeout == RunSettings().timeLimit ? [] : ["--timeout", "\(timeout)"]
    return limit + files.files.options
  }

  /// Checks before the run that the report can be written after it.
  private func checkFile(_ workspace: Workspace) throws {
    guard let json, json != "-" else { return }
    guard !workspace.images.contains(where: { $0.suite == json }) else {
      throw ToolError.usage(
        "--json \(json): that is a suite; expected a file, or - for standard output")
    }
    do {
      try Output.checkWritable(file: json)
    } catch {
      throw ToolError.cannotRun(error.description)
    }
  }

  private func result(of runner: GuestRunner) async throws -> Report {
    let line = Terminal.canRewrite() ? ProgressLine() : nil
    let interruption = Interruption()
    let task = Task { try await runner.run { line?.show($0) } }
    interruption.listen { task.cancel() }
    defer { line?.clear() }
    do {
      return try await task.value
    } catch RunFailure.interrupted {
      line?.clear()
      interruption.end()
    } catch let failure as RunFailure {
      throw ToolError.cannotRun(failure.description)
    }
  }

  private func show(_ report: Report) throws {
    switch json {
    case "-": try ToolSupport.show(report.json)
    case let file?:
      try ToolSupport.show(report.text(width: Terminal.width()))
      do {
        try Output.write(Array(report.json.utf8), toFile: file)
      } catch {
        throw ToolError.cannotRun(error.description)
      }
    case nil: try ToolSupport.show(report.text(width: Terminal.width()))
    }
  }
}
