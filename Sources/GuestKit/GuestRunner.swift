import Foundation
import PCIConfig

/// Runs a selection and reports.
public struct GuestRunner: Sendable {
  /// How far a run has come.
  public struct Progress: Equatable, Sendable {
    /// How many runs of a suite on a hypervisor have ended.
    public var done: Int
    /// How many there are.
    public var count: Int
    /// Names of those that run now, the longest-running first.
    public var running: [String]
  }

  private let selection: Selection
  private let deviations: [Deviation]
  private let settings: RunSettings
  private let repeatOptions: [String]

  /// Creates a runner.
  ///
  /// - Parameters:
  ///   - selection: What to run.
  ///   - deviations: The known deviations.
  ///   - settings: How to run it.
  ///   - repeatOptions: Options that commands in the report need to repeat a part of the run.
  public init(
    selection: Selection, deviations: [Deviation], settings: RunSettings,
    repeatOptions: [String] = []
  ) {
    self.selection = selection
    self.deviations = deviations
    self.settings = settings
    self.repeatOptions = repeatOptions
  }

  /// Runs everything that can run here.
  ///
  /// - Parameter progress: Called whenever a run begins or ends, one call at a time.
  /// - Throws: `RunFailure`; every process that was started has ended then.
  public func run(
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws(RunFailure) -> Report {
    let clock = ContinuousClock()
    let start = clock.now
    let date = Date()
    var entries: [Report.Hypervisor] = []
    var programs: [String: String] = [:]
    for hypervisor in selection.hypervisors {
      var entry = Report.Hypervisor(hypervisor)
      switch Availability(of: hypervisor, device: settings.kvmDevice) {
      case .available(let program): programs[hypervisor.name] = program
      case .unavailable(let obstacles):
        entry.obstacles = obstacles
        entry.isRequired = settings.requiresKVM && obstacles.contains(where: \.isKVM)
      }
      entries.append(entry)
    }
    let available = selection.hypervisors.filter { programs[$0.name] != nil }
    let versions = await VersionProbe.versions(Set(available.compactMap(\.version)))
    for index in entries.indices {
      entries[index].productVersion =
        selection.hypervisors[index].version.flatMap { versions[$0]?.text }
    }
    let runners = selection.parts.flatMap { part in
      available.map { hypervisor in
        let judge = Judge(
          hypervisor: hypervisor.name, product: hypervisor.product,
          provides: hypervisor.provides,
          version: hypervisor.version.flatMap { versions[$0] }, deviations: deviations)
        return SuiteRunner(
          part: part, hypervisor: hypervisor, program: programs[hypervisor.name] ?? "",
          judge: judge, settings: settings)
      }
    }
    let runs = try await Self.run(runners, jobs: settings.jobs, progress: progress)
    let elapsed = (clock.now - start).components
    return Report(
      toolVersion: PCIConfigVersion.current, started: date.ISO8601Format(),
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18,
      hypervisors: entries, runs: runs, repeatOptions: repeatOptions)
  }

  private static func run(
    _ runners: [SuiteRunner], jobs: Int, progress: @escaping @Sendable (Progress) -> Void
  ) async throws(RunFailure) -> [Report.Run] {
    var runs: [Report.Run?] = Array(repeating: nil, count: runners.count)
    var running: [Int] = []
    var next = 0
    do {
      try await withThrowingTaskGroup(of: (Int, Report.Run).self) { group in
        func report() {
          progress(
            Progress(
              done: next - running.count, count: runners.count,
              running: running.map {
                "\(runners[$0].part.image.suite) on \(runners[$0].hypervisor.name)"
              }))
        }
        func startNext() {
          guard next < runners.count else { return }
          let index = next
          group.addTask { (index, try await runners[index].run()) }
          running.append(index)
          next += 1
        }
        for _ in 0..<max(jobs, 1) { startNext() }
        report()
        while let (index, run) = try await group.next() {
          runs[index] = run
          running.removeAll { $0 == index }
          startNext()
          report()
        }
      }
    } catch let failure as RunFailure {
      throw failure
    } catch {
      throw .interrupted
    }
    return runs.compactMap { $0 }
  }
}

extension Report.Hypervisor {
  fileprivate init(_ hypervisor: HypervisorConfiguration) {
    self.init(
      name: hypervisor.name, description: hypervisor.description, product: hypervisor.product,
      provides: hypervisor.provides)
  }
}
