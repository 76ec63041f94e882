import GuestProtocol

/// Runs the selected checks of one suite on one hypervisor.
struct SuiteRunner: Sendable {
  var part: Selection.Part
  var hypervisor: HypervisorConfiguration
  /// The path of the hypervisor's program.
  var program: String
  var judge: Judge
  var settings: RunSettings

  /// Boots the image until every check has reported or there is no point in another boot.
  func run() async throws(RunFailure) -> Report.Run {
    var tally = SuiteTally(selected: part.checks, judge: judge)
    var run = Report.Run(
      suite: part.image.suite, hypervisor: hypervisor.name,
      patterns: part.patterns.map { "\($0)" }, verdicts: [])
    var after: CheckID?
    repeat {
      let (boot, transcript, ending) = try await boot(after: after, number: run.boots.count + 1)
      run.boots.append(boot)
      run.metrics += transcript.metrics
      after = tally.add(transcript, ending: ending)
    } while after != nil
    run.verdicts = tally.verdicts
    run.problems = tally.problems
    return run
  }

  private func boot(
    after: CheckID?, number: Int
  ) async throws(RunFailure) -> (Report.Boot, Transcript, Ending) {
    var parameters = hypervisor.tells
    parameters.checks = part.patterns
    parameters.after = after.map { Array($0.text.utf8) } ?? []
    let bytes: [UInt8]
    do {
      bytes = parameters == Parameters() ? part.image.bytes : try part.image.bytes(with: parameters)
    } catch {
      throw .parameters(suite: part.image.suite, error)
    }
    let directory = try directory(number)
    defer { directory.discard() }
    let path = try directory.write(image: bytes)
    // The limit that holds is this program's; another is for the case that it dies first.
    let limit = "\(Int(settings.timeLimit.rounded(.up)) + 5)"
    let words = hypervisor.command.map {
      $0.replacing(HypervisorConfiguration.imagePlaceholder, with: path)
        .replacing(HypervisorConfiguration.timeLimitPlaceholder, with: limit)
    }
    let process = HypervisorProcess(
      program: program, arguments: Array(words.dropFirst()), environment: hypervisor.environment,
      outputFile: directory.serial, timeLimit: .seconds(settings.timeLimit),
      fatalOutput: hypervisor.fatalOutput)
    let outcome: HypervisorProcess.Outcome
    do {
      outcome = try await process.run()
    } catch {
      switch error {
      case .notStarted(let reason):
        let ending = Ending.notStarted(reason)
        return (entry(words, after, ending, 0, Transcript()), Transcript(), ending)
      case .cancelled: throw .interrupted
      }
    }
    try directory.keep(
      command: [program] + words.dropFirst(), errorOutput: outcome.errorOutput)
    let transcript = Transcript(serial: outcome.output)
    // The image's path says nothing to a person: it is gone when the report is read.
    var said = outcome
    said.errorOutput = Array(
      String(decoding: outcome.errorOutput, as: UTF8.self)
        .replacing(path, with: "\(part.image.suite).rom").utf8)
    let ending = Ending(
      said, statuses: hypervisor.statuses, transcript: transcript, lines: part.image.lines,
      timeLimit: settings.timeLimit)
    return (entry(words, after, ending, outcome.seconds, transcript), transcript, ending)
  }

  private func directory(_ number: Int) throws(RunFailure) -> BootDirectory {
    guard let root = settings.saveDirectory else { return try .temporary() }
    let name = "\(root)/\(part.image.suite).\(hypervisor.name)"
    if number > 1 { return try .kept("\(name).\(number)") }
    BootDirectory.forgetBoots(after: name)
    return try .kept(name)
  }

  private func entry(
    _ words: [String], _ after: CheckID?, _ ending: Ending, _ seconds: Double,
    _ transcript: Transcript
  ) -> Report.Boot {
    Report.Boot(
      command: [program] + words.dropFirst(), after: after?.text, ending: ending.description,
      seconds: seconds, noise: transcript.noise)
  }
}
