/// Where a writer's bytes go.
public protocol RecordSink {
  /// Takes one byte.
  mutating func write(_ byte: UInt8)

  /// Takes text, for sinks that can do it faster than byte by byte.
  mutating func write(_ text: StaticString)
}

extension RecordSink {
  /// Takes text, byte by byte.
  public mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { for byte in $0 { write(byte) } }
  }
}

/// Writes the records of a run.
///
/// # Grammar
///
/// The stream is KTAP (Documentation/dev-tools/ktap.rst of Linux) with these lines, each ended by
/// a line feed; a carriage return before it is ignored:
///
///     KTAP version 1
///     1..COUNT
///     # check ID                                     the check begins
///     ok NUMBER ID                                   it passed, or observed
///     not ok NUMBER ID                               it failed
///     ok NUMBER ID # SKIP REQUIREMENT [TEXT]         the machine lacks what it requires
///     # wanted VALUE saw VALUE [clause TEXT]         behind a result: what was compared
///     # expected VALUE saw VALUE [clause TEXT]       behind a result: a condition in words
///     # observed VALUE [clause TEXT]                 behind a result: what no specification fixes
///     # metric ID UNIT VALUE                         a figure
///     # fault vector N error VALUE at VALUE address VALUE    an exception ended the run
///     # panic TEXT                                   the runtime gave up
///     # TEXT                                         anything else, for people
///
/// `COUNT` is how many checks will report, `NUMBER` counts them from 1. `ID` is a ``CheckID``.
/// `VALUE` is a word without blanks, or text in quotation marks in which `\xNN` stands for a byte.
/// Details belong to the result line before them. A check that passed has some: what it observed, a
/// condition, or two values that are the same. What comes between `# check ID` and the result
/// is said during the check. Every other line is noise: it is kept and shown, never judged.
public struct RecordWriter<Sink: RecordSink> {
  /// Where the bytes go.
  public var sink: Sink

  /// Creates a writer.
  public init(_ sink: Sink) { self.sink = sink }

  /// Begins the stream.
  ///
  /// - Parameter count: How many checks will report.
  public mutating func begin(count: Int) {
    write("KTAP version 1\n1..")
    write(decimal: UInt64(count))
    write("\n")
  }

  /// Says that a check begins, so that a fault can be laid to it.
  public mutating func start(_ id: StaticString) {
    write("# check ")
    write(id)
    write("\n")
  }

  /// Writes a result.
  ///
  /// - Parameters:
  ///   - number: The check's number, from 1.
  ///   - id: The check.
  ///   - passed: Whether it passed or observed.
  public mutating func result(_ number: Int, _ id: StaticString, passed: Bool) {
    write(passed ? "ok " : "not ok ")
    write(decimal: UInt64(number))
    write(" ")
    write(id)
    write("\n")
  }

  /// Writes that a check was skipped.
  ///
  /// - Parameters:
  ///   - number: The check's number, from 1.
  ///   - id: The check.
  ///   - requirement: What the machine lacks: one word, as in `provides` of `hypervisors.yml`.
  public mutating func skip(_ number: Int, _ id: StaticString, requirement: StaticString) {
    write("ok ")
    write(decimal: UInt64(number))
    write(" ")
    write(id)
    write(" # SKIP ")
    write(requirement)
    write("\n")
  }

  /// Writes what a check compared.
  public mutating func compared(
    wanted: ReportedValue, saw: ReportedValue, clause: StaticString
  ) {
    write(comparison: "# wanted ", wanted, saw, clause)
  }

  /// Writes what a check saw where more than one value meets its condition.
  ///
  /// - Parameters:
  ///   - condition: The condition in words.
  ///   - saw: The value.
  ///   - clause: The specification and section that decides.
  public mutating func expected(
    _ condition: StaticString, saw: ReportedValue, clause: StaticString
  ) {
    write(comparison: "# expected ", .text(condition), saw, clause)
  }

  /// Writes a value that no specification fixes.
  public mutating func observed(_ value: ReportedValue, clause: StaticString) {
    write("# observed ")
    write(value)
    write(clause: clause)
  }

  /// Writes a figure.
  ///
  /// - Parameters:
  ///   - id: What was measured; the form of a ``CheckID``.
  ///   - unit: One word.
  ///   - value: The figure.
  public mutating func metric(_ id: StaticString, unit: StaticString, value: UInt64) {
    write("# metric ")
    write(id)
    write(" ")
    write(unit)
    write(" ")
    write(decimal: value)
    write("\n")
  }

  /// Writes that an exception ends the run.
  public mutating func fault(_ fault: Fault) {
    write("# fault vector ")
    write(decimal: UInt64(fault.vector))
    write(" error ")
    write(.hexadecimal(fault.error, digits: 1))
    write(" at ")
    write(.hexadecimal(fault.instruction, digits: 1))
    write(" address ")
    write(.hexadecimal(fault.address, digits: 1))
    write("\n")
  }

  /// Writes why the runtime gives up.
  public mutating func panic(_ reason: StaticString) {
    write("# panic ")
    write(reason)
    write("\n")
  }

  private mutating func write(
    comparison: StaticString, _ wanted: ReportedValue, _ saw: ReportedValue,
    _ clause: StaticString
  ) {
    write(comparison)
    write(wanted)
    write(" saw ")
    write(saw)
    write(clause: clause)
  }

  private mutating func write(clause: StaticString) {
    if clause.utf8CodeUnitCount > 0 {
      write(" clause ")
      write(clause)
    }
    write("\n")
  }

  private mutating func write(_ text: StaticString) {
    sink.write(text)
  }

  private mutating func write(_ value: ReportedValue) {
    switch value {
    case .hexadecimal(let number, let digits):
      write("0x")
      write(hexadecimal: number, digits: digits)
    case .decimal(let number): write(decimal: number)
    case .text(let text):
      let isWord = text.withUTF8Buffer { !$0.isEmpty && !$0.contains(UInt8(ascii: " ")) }
      if !isWord { write("\"") }
      write(text)
      if !isWord { write("\"") }
    case .bytes(let bytes): write(quoted: bytes)
    }
  }

  private mutating func write(quoted bytes: [UInt8]) {
    var count = bytes.count
    while count > 0, bytes[count - 1] == 0 { count -= 1 }
    write("\"")
    for byte in bytes[..<count] {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0..<0x20, 0x7F...:
        write("\\x")
        write(hexadecimal: UInt64(byte), digits: 2)
      default: sink.write(byte)
      }
    }
    write("\"")
  }

  private mutating func write(hexadecimal value: UInt64, digits: Int) {
    var count = max(digits, 1)
    while count < 16, value >> UInt64(count * 4) != 0 { count += 1 }
    while count > 0 {
      count -= 1
      let nibble = UInt8(truncatingIfNeeded: value >> UInt64(count * 4)) & 15
      sink.write(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }

  private mutating func write(decimal value: UInt64) {
    var divisor: UInt64 = 1
    while value / divisor >= 10 { divisor *= 10 }
    while divisor > 0 {
      sink.write(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
      divisor /= 10
    }
  }
}
