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
    for end in text.indices where text[end] == UInt8(ascii: "\n") {
      read(line: text[start..<end])
      start = end + 1
    }
  }

  private mutating func read(line: ArraySlice<UInt8>) {
    guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { return }
    let name = line[..<equals]
    let value = line[(equals + 1)...]
    if Self.equal(name, "checks") {
      checks = value.split(separator: UInt8(ascii: ",")).map { Glob($0) }
    } else if Self.equal(name, "after") {
      after = Array(value)
    } else if Self.equal(name, "hypervisor") {
      hypervisor = Array(value)
    } else if Self.equal(name, "iterations") {
      iterations = Self.number(value, radix: 10).flatMap { UInt32(exactly: $0) }
    } else if Self.equal(name, "tsc") {
      timeStampFrequency = Self.number(value, radix: 10)
    } else if Self.equal(name, "ecam"), let region = Self.region(value) {
      ecam.append(region)
    }
  }

  private static func region(_ value: ArraySlice<UInt8>) -> ECAM? {
    guard let colon = value.firstIndex(of: UInt8(ascii: ":")),
      let hyphen = value[colon...].firstIndex(of: UInt8(ascii: "-")),
      let base = number(value[..<colon], radix: 16),
      let first = number(value[(colon + 1)..<hyphen], radix: 16).flatMap({ UInt8(exactly: $0) }),
      let last = number(value[(hyphen + 1)...], radix: 16).flatMap({ UInt8(exactly: $0) })
    else { return nil }
    return ECAM(base: base, firstBus: first, lastBus: last)
  }

  private static func equal(_ bytes: ArraySlice<UInt8>, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount else { return false }
    return text.withUTF8Buffer { $0.elementsEqual(bytes) }
  }

  private static func number(_ digits: ArraySlice<UInt8>, radix: UInt64) -> UInt64? {
    guard !digits.isEmpty else { return nil }
    var result: UInt64 = 0
    for digit in digits {
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
    return Array(lines.utf8)
  }
}
