import GuestProtocol

/// What a guest said during one boot, put in order.
public struct Transcript: Equatable, Sendable {
  /// What a check compared.
  public struct Comparison: Equatable, Codable, Sendable {
    /// What the specification wants.
    public var wanted: String
    /// What the guest saw.
    public var saw: String
    /// The clause of the specification.
    public var clause: String
    /// Whether ``wanted`` is a condition in words, which the guest alone can judge.
    public var isCondition: Bool

    /// Creates a comparison.
    public init(wanted: String, saw: String, clause: String, isCondition: Bool = false) {
      self.wanted = wanted
      self.saw = saw
      self.clause = clause
      self.isCondition = isCondition
    }
  }

  /// A figure.
  public struct Metric: Equatable, Codable, Sendable {
    /// What was measured.
    public var id: String
    /// The unit.
    public var unit: String
    /// The figure.
    public var value: UInt64

    /// Creates a figure.
    public init(id: String, unit: String, value: UInt64) {
      self.id = id
      self.unit = unit
      self.value = value
    }
  }

  /// What a check reported.
  public struct Result: Equatable, Sendable {
    /// A check's own word.
    public enum Word: Equatable, Sendable {
      /// It passed, or observed.
      case passed
      /// It failed.
      case failed
      /// It was skipped because the machine lacks this.
      case skipped(requirement: String)
    }

    /// The check.
    public var check: CheckID
    /// What it says.
    public var word: Word
    /// What it compared.
    public var comparisons: [Comparison] = []
    /// What it saw where no specification fixes anything, and the clause that leaves it open.
    public var observations: [Comparison] = []
    /// What was printed during it that is no record.
    public var noise: [String] = []

    /// Creates a result.
    public init(check: CheckID, word: Word) {
      self.check = check
      self.word = word
    }
  }

  /// The results, in the order in which they came.
  public private(set) var results: [Result] = []
  /// The check that began and has not reported.
  public private(set) var running: CheckID?
  /// The exception that ended the guest.
  public private(set) var fault: Fault?
  /// Why the runtime gave up.
  public private(set) var panic: String?
  /// Figures.
  public private(set) var metrics: [Metric] = []
  /// How many checks the guest announced.
  public private(set) var plan: Int?
  /// What was printed outside every check that has reported and is no record.
  public private(set) var noise: [String] = []
  /// Where the guest broke the grammar, in words.
  public private(set) var violations: [String] = []
  /// Whether the guest printed any record.
  public private(set) var hasRecords = false

  /// How many lines of noise are kept for a check, and for a boot.
  public static let noiseLimit = 20

  /// Creates the transcript of a guest that said nothing.
  public init() {}

  /// Creates a transcript.
  ///
  /// - Parameter serial: What the guest wrote to its serial port.
  public init(serial: [UInt8]) {
    var parser = RecordParser()
    self.init(records: parser.append(serial) + parser.finish())
  }

  /// Creates a transcript.
  ///
  /// - Parameter records: The guest's records.
  public init(records: [Record]) {
    for record in records {
      if case .noise = record {} else { hasRecords = true }
      take(record)
    }
    if hasRecords, plan == nil { violations.append("the guest printed no plan (1..COUNT)") }
  }

  private mutating func take(_ record: Record) {
    switch record {
    case .version(let version):
      if version != 1 { violations.append("the guest speaks KTAP version \(version): expected 1") }
    case .plan(let count):
      if plan != nil { violations.append("the guest printed a second plan") }
      plan = count
    case .start(let id):
      if let running { violations.append("\(id) began before \(running) reported") }
      running = id
    case .result(let number, let id, let passed):
      add(Result(check: id, word: passed ? .passed : .failed), number: number)
    case .skip(let number, let id, let requirement):
      add(Result(check: id, word: .skipped(requirement: requirement)), number: number)
    case .compared(let wanted, let saw, let clause):
      detail(Comparison(wanted: wanted, saw: saw, clause: clause), \.comparisons)
    case .expected(let condition, let saw, let clause):
      detail(
        Comparison(wanted: condition, saw: saw, clause: clause, isCondition: true), \.comparisons)
    case .observed(let value, let clause):
      detail(Comparison(wanted: "", saw: value, clause: clause), \.observations)
    case .metric(let id, let unit, let value):
      metrics.append(Metric(id: id.text, unit: unit, value: value))
    case .fault(let fault): self.fault = self.fault ?? fault
    case .panic(let reason): panic = panic ?? reason
    case .message: break
    case .noise(let line):
      if noise.count < Self.noiseLimit { noise.append(line) }
    }
  }

  private mutating func add(_ result: Result, number: Int) {
    if number != results.count + 1 {
      violations.append(
        "\(result.check) reported as number \(number): expected \(results.count + 1)")
    }
    if let running, running != result.check {
      violations.append("\(result.check) reported while \(running) ran")
    } else if running == nil {
      violations.append("\(result.check) reported without having begun")
    }
    running = nil
    var result = result
    result.noise = noise
    noise = []
    results.append(result)
  }

  private mutating func detail(
    _ comparison: Comparison, _ list: WritableKeyPath<Result, [Comparison]>
  ) {
    // What comes while a check runs is said before its result, against the grammar.
    guard running == nil, !results.isEmpty else {
      violations.append(
        "the guest gave a detail (saw \(comparison.saw)) without a result before it")
      return
    }
    results[results.count - 1][keyPath: list].append(comparison)
  }
}
