/// What a run of guests found: everything that text and JSON show.
public struct Report: Equatable, Codable, Sendable {
  /// A hypervisor that was asked for.
  public struct Hypervisor: Equatable, Codable, Sendable {
    /// Its name.
    public var name: String
    /// What it is.
    public var description: String
    /// The product behind it.
    public var product: String
    /// The product's version, where it was learnt.
    public var productVersion: String?
    /// What it provides.
    public var provides: [String]
    /// Why it cannot run here; empty where it ran.
    public var obstacles: [Availability.Obstacle]
    /// Whether it fails the run that it cannot run here.
    public var isRequired: Bool

    /// Creates an entry.
    public init(
      name: String, description: String = "", product: String = "", productVersion: String? = nil,
      provides: [String] = [], obstacles: [Availability.Obstacle] = [], isRequired: Bool = false
    ) {
      self.name = name
      self.description = description
      self.product = product
      self.productVersion = productVersion
      self.provides = provides
      self.obstacles = obstacles
      self.isRequired = isRequired
    }
  }

  /// One start of a hypervisor's process.
  public struct Boot: Equatable, Codable, Sendable {
    /// The command that was started.
    public var command: [String]
    /// The check behind which it began, where it did not begin with the first.
    public var after: String?
    /// How it ended.
    public var ending: String
    /// From the start of the process to its end, in seconds.
    public var seconds: Double
    /// Lines that the guest printed outside every check.
    public var noise: [String]

    /// Creates an entry.
    public init(
      command: [String], after: String? = nil, ending: String, seconds: Double, noise: [String] = []
    ) {
      self.command = command
      self.after = after
      self.ending = ending
      self.seconds = seconds
      self.noise = noise
    }
  }

  /// A suite on a hypervisor.
  public struct Run: Equatable, Codable, Sendable {
    /// The suite.
    public var suite: String
    /// The hypervisor.
    public var hypervisor: String
    /// Which checks were asked for, as patterns; empty for all of the suite.
    public var patterns: [String]
    /// The boots that it took.
    public var boots: [Boot]
    /// A verdict on every selected check, in the order in which they ran.
    public var verdicts: [Verdict]
    /// What is wrong with the run as a whole.
    public var problems: [String]
    /// Figures that the guest gave.
    public var metrics: [Transcript.Metric]

    /// Creates an entry.
    public init(
      suite: String, hypervisor: String, patterns: [String] = [], boots: [Boot] = [],
      verdicts: [Verdict],
      problems: [String] = [], metrics: [Transcript.Metric] = []
    ) {
      self.suite = suite
      self.hypervisor = hypervisor
      self.patterns = patterns
      self.boots = boots
      self.verdicts = verdicts
      self.problems = problems
      self.metrics = metrics
    }
  }

  /// The name of the JSON document's format.
  public var schema = "pcicfg.guest-report"
  /// The version of the JSON document's format.
  public var version = 1
  /// The version of the program.
  public var toolVersion: String
  /// When the run began: ISO 8601, UTC.
  public var started: String
  /// How long the run took, in seconds.
  public var seconds: Double
  /// The hypervisors, in the order of their file.
  public var hypervisors: [Hypervisor]
  /// The runs, suite by suite in the order of names, then hypervisor by hypervisor.
  public var runs: [Run]
  /// Options that a command needs to repeat a part of this run, such as `--data DIR`.
  public var repeatOptions: [String]

  /// Creates a report.
  public init(
    toolVersion: String, started: String, seconds: Double, hypervisors: [Hypervisor], runs: [Run],
    repeatOptions: [String] = []
  ) {
    self.toolVersion = toolVersion
    self.started = started
    self.seconds = seconds
    self.hypervisors = hypervisors
    self.runs = runs
    self.repeatOptions = repeatOptions
  }

  /// How many verdicts there are of each kind.
  public var totals: [Outcome: Int] {
    runs.reduce(into: [:]) { totals, run in
      for verdict in run.verdicts { totals[verdict.outcome, default: 0] += 1 }
    }
  }

  /// Whether something ran and nothing fails the run.
  public var isGood: Bool {
    !runs.isEmpty && !hypervisors.contains(where: \.isRequired)
      && runs.allSatisfy { run in
        run.problems.isEmpty && !run.verdicts.contains { $0.outcome.isFailure }
      }
  }
}
