/// The text form: lines `name=value`, each ended by a line feed.
///
/// | name | value |
/// |---|---|
/// | `checks` | patterns, separated by commas |
/// | `after` | the name of a check |
/// | `hypervisor` | a name, as in `PCIConfig.Hypervisor` |
/// | `iterations` | decimal |
/// | `tsc` | decimal, in hertz |
/// | `ecam` | `base:first-last`, hexadecimal; the line may be repeated |
/// | `sections` | `1`: mark each check as a section |
///
/// A line with another name or a value of another form is passed over, so that an older guest
/// runs under a newer host.
extension Parameters {
  /// Reads the text form.
  ///
  /// - Parameter text: Bytes; what follows the last line feed is passed over.
  public init(text: [UInt8]) {
    self.init()
    var start = 0
    for end in 0..<text.count where text[end] == UInt8(ascii: "\n") {
      read(Line(text: text, range: start..<end))
      start = end + 1
    }
  }

  private mutating func read(_ line: Line) {
    guard let equals = line.first("=") else { return }
    let name = line.up(to: equals)
    let value = line.from(equals + 1)
    if name.equals("checks") {
      checks = value.patterns
    } else if name.equals("after") {
      after = value.bytes
    } else if name.equals("hypervisor") {
      hypervisor = value.bytes
    } else if name.equals("iterations") {
      iterations = value.number(radix: 10).flatMap { UInt32(exactly: $0) }
    } else if name.equals("tsc") {
      timeStampFrequency = value.number(radix: 10)
    } else if name.equals("ecam"), let region = value.region {
      ecam.append(region)
    } else if name.equals("sections") {
      marksSections = value.equals("1")
    }
  }

  /// The text form.
  public var text: [UInt8] {
    var lines = ""
    if !checks.isEmpty {
      lines += "checks="
      for (index, check) in checks.enumerated() {
        lines += (index == 0 ? "" : ",") + check.description
      }
      lines += "\n"
    }
    if !after.isEmpty { lines += "after=" + String(decoding: after, as: UTF8.self) + "\n" }
    if !hypervisor.isEmpty {
      lines += "hypervisor=" + String(decoding: hypervisor, as: UTF8.self) + "\n"
    }
    if let iterations { lines += "iterations=" + String(iterations) + "\n" }
    if let timeStampFrequency { lines += "tsc=" + String(timeStampFrequency) + "\n" }
    for region in ecam {
      lines += "ecam=" + String(region.base, radix: 16) + ":" + String(region.firstBus, radix: 16)
      lines += "-" + String(region.lastBus, radix: 16) + "\n"
    }
    if marksSections { lines += "sections=1\n" }
    return Array(lines.utf8)
  }
}

/// A part of the text. It is no slice of an array: what the standard library makes of those takes
/// room that a firmware image has not got.
private struct Line {
  let text: [UInt8]
  let range: Range<Int>

  func up(to end: Int) -> Line { Line(text: text, range: range.lowerBound..<end) }
  func from(_ start: Int) -> Line { Line(text: text, range: start..<range.upperBound) }

  func first(_ character: Unicode.Scalar) -> Int? {
    for position in range where text[position] == UInt8(ascii: character) { return position }
    return nil
  }

  func equals(_ other: StaticString) -> Bool {
    guard range.count == other.utf8CodeUnitCount else { return false }
    for index in 0..<range.count where text[range.lowerBound + index] != other.utf8Start[index] {
      return false
    }
    return true
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for position in range { bytes.append(text[position]) }
    return bytes
  }

  var patterns: [Glob] {
    var patterns: [Glob] = []
    var rest = self
    while !rest.range.isEmpty {
      let end = rest.first(",") ?? range.upperBound
      if end > rest.range.lowerBound { patterns.append(Glob(rest.up(to: end).bytes)) }
      rest = rest.from(min(end + 1, range.upperBound))
    }
    return patterns
  }

  var region: Parameters.ECAM? {
    guard let colon = first(":"), let hyphen = from(colon).first("-"),
      let base = up(to: colon).number(radix: 16),
      let first = from(colon + 1).up(to: hyphen).number(radix: 16), first < 256,
      let last = from(hyphen + 1).number(radix: 16), last < 256
    else { return nil }
    return Parameters.ECAM(
      base: base, firstBus: UInt8(truncatingIfNeeded: first),
      lastBus: UInt8(truncatingIfNeeded: last))
  }

  func number(radix: UInt64) -> UInt64? {
    guard !range.isEmpty else { return nil }
    var result: UInt64 = 0
    for position in range {
      let digit = text[position]
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      guard UInt64(value) < radix else { return nil }
      let (product, overflow) = result.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(UInt64(value))
      guard !overflow, !carry else { return nil }
      result = sum
    }
    return result
  }
}
