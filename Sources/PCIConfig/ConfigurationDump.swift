/// Configuration space as text: what `lspci -x`, `-xxx` and `-xxxx` print and `lspci -F` reads
/// (lspci(8)).
///
/// A function begins with a line of its address and a blank; lines of an offset, a colon and bytes
/// follow, in hexadecimal; an empty line ends it. Other lines count for nothing, so that the text
/// may also be that of `lspci -vvvxxxx`, or a log in which it stands.
public struct ConfigurationDump: Equatable, Sendable {
  /// A function of a dump.
  public struct Function: Equatable, Sendable {
    /// Where it is.
    public let address: FunctionAddress
    /// Its registers, as many as the dump has.
    public let image: ConfigurationImage

    /// Creates a function.
    public init(address: FunctionAddress, image: ConfigurationImage) {
      self.address = address
      self.image = image
    }
  }

  /// The functions with registers, in the order of the text.
  public let functions: [Function]
  /// The functions that are named, and never with registers, ascending.
  public let functionsWithoutRegisters: [FunctionAddress]

  /// Creates a dump.
  public init(_ functions: [Function]) {
    self.functions = functions
    functionsWithoutRegisters = []
  }

  /// Reads a dump. Any bytes may be given.
  ///
  /// - Parameter text: The text; lines end with a line feed, before which a carriage return may be.
  /// - Throws: ``ConfigurationDumpError`` for a line that begins as registers do and goes on
  ///   otherwise: a damaged dump is not taken for a whole one.
  public init(parsing text: [UInt8]) throws(ConfigurationDumpError) {
    var reader = DumpReader()
    var start = 0
    var number = 0
    while start < text.count {
      var end = start
      while end < text.count && text[end] != UInt8(ascii: "\n") { end += 1 }
      number += 1
      var last = end
      if last > start && text[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      try reader.read(text[start..<last], number)
      start = end + 1
    }
    reader.endFunction()
    let known = reader.lines.ascending
    for index in known.indices.dropFirst() where known[index - 1].address == known[index].address {
      throw ConfigurationDumpError(
        line: known[index].line, reason: .repeatedFunction(known[index].address))
    }
    functions = reader.functions
    functionsWithoutRegisters = reader.headings.ascending.addresses(without: known)
  }
}

/// Why a text is no dump of configuration space.
public struct ConfigurationDumpError: Error, Equatable, Sendable {
  /// What is wrong with a line.
  public enum Reason: Equatable, Sendable {
    /// Something else than bytes of two hexadecimal digits, with a blank between them.
    case malformedBytes
    /// Registers that do not follow those of the line before.
    case unexpectedOffset(UInt32, expected: Int)
    /// More than the 4096 bytes of a function.
    case tooManyBytes
    /// Registers of a function that had some before.
    case repeatedFunction(FunctionAddress)
  }

  /// The line, counted from 1.
  public let line: Int
  /// What is wrong with it.
  public let reason: Reason

  /// Creates an error.
  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }
}

extension ConfigurationDumpError: CustomStringConvertible {
  /// The line, what it has and what was expected.
  public var description: String {
    let text =
      switch reason {
      case .malformedBytes: "expected an offset, a colon and bytes of two hexadecimal digits"
      case .unexpectedOffset(let offset, let expected):
        "offset \(hexadecimal(offset, digits: 2)): expected \(hexadecimal(expected, digits: 2))"
      case .tooManyBytes: "expected at most 4096 bytes of a function"
      case .repeatedFunction(let address): "\(address) has registers a second time"
      }
    return "line \(line): \(text)"
  }
}

/// A line of a dump that has to do with a function.
private struct FunctionLine {
  let address: FunctionAddress
  let line: Int

  var key: UInt64 { UInt64(address.segment) << 16 | UInt64(address.routingID) }
}

extension [FunctionLine] {
  /// The lines by address, those of an address in their order.
  fileprivate var ascending: [FunctionLine] {
    ascendingOrder(of: map { $0.key }).map { self[$0] }
  }

  /// The addresses of ascending lines, each once, that other ascending lines have not.
  fileprivate func addresses(without others: [FunctionLine]) -> [FunctionAddress] {
    var addresses: [FunctionAddress] = []
    var other = 0
    for line in self where line.address != addresses.last {
      while other < others.count && others[other].address < line.address { other += 1 }
      if other == others.count || others[other].address != line.address {
        addresses.append(line.address)
      }
    }
    return addresses
  }
}

/// Reads a dump line by line.
private struct DumpReader {
  var functions: [ConfigurationDump.Function] = []
  /// Where the registers of each function begin.
  var lines: [FunctionLine] = []
  /// The functions that were named, and no registers behind it.
  var headings: [FunctionLine] = []
  private var current: FunctionLine?
  private var bytes: [UInt8] = []

  init() {}

  mutating func endFunction() {
    if let current {
      if bytes.isEmpty {
        headings.append(current)
      } else {
        functions.append(.init(address: current.address, image: ConfigurationImage(bytes)))
      }
    }
    current = nil
    bytes = []
  }

  mutating func read(_ line: ArraySlice<UInt8>, _ number: Int) throws(ConfigurationDumpError) {
    guard !line.isEmpty else { return endFunction() }
    if let address = Self.heading(line) {
      endFunction()
      current = FunctionLine(address: address, line: number)
    } else if let current, let (offset, rest) = Self.offset(line) {
      guard offset == bytes.count else {
        throw ConfigurationDumpError(
          line: number, reason: .unexpectedOffset(offset, expected: bytes.count))
      }
      if bytes.isEmpty { lines.append(FunctionLine(address: current.address, line: number)) }
      try readBytes(line[rest...], number)
    }
  }

  private mutating func readBytes(
    _ text: ArraySlice<UInt8>, _ number: Int
  ) throws(ConfigurationDumpError) {
    var position = text.startIndex
    var end = text.endIndex
    while end > position && Self.isBlank(text[end - 1]) { end -= 1 }
    repeat {
      guard position + 2 <= end, let upper = text[position].hexadecimalDigit,
        let lower = text[position + 1].hexadecimalDigit,
        position + 2 == end || text[position + 2] == UInt8(ascii: " ")
      else { throw ConfigurationDumpError(line: number, reason: .malformedBytes) }
      guard bytes.count < 4096 else {
        throw ConfigurationDumpError(line: number, reason: .tooManyBytes)
      }
      bytes.append(upper << 4 | lower)
      position += 3
    } while position < end
  }

  /// The address that a line begins with: `##:##.#` or `####:##:##.#`, with up to 8 digits of the
  /// segment, and a blank behind it.
  private static func heading(_ line: ArraySlice<UInt8>) -> FunctionAddress? {
    var position = line.startIndex
    guard let (first, firstDigits) = number(line, &position), take(":", line, &position),
      let (second, secondDigits) = number(line, &position)
    else { return nil }
    let segment: UInt32
    let bus: UInt32
    let device: UInt32
    if take(".", line, &position) {
      guard firstDigits == 2, secondDigits == 2 else { return nil }
      (segment, bus, device) = (0, first, second)
    } else {
      guard firstDigits >= 4, secondDigits == 2, take(":", line, &position),
        let (third, thirdDigits) = number(line, &position), thirdDigits == 2,
        take(".", line, &position)
      else { return nil }
      (segment, bus, device) = (first, second, third)
    }
    guard let (function, digits) = number(line, &position), digits == 1,
      take(" ", line, &position)
    else { return nil }
    do {
      return try FunctionAddress(
        segment: segment, bus: UInt8(truncatingIfNeeded: bus),
        device: UInt8(truncatingIfNeeded: device), function: UInt8(truncatingIfNeeded: function))
    } catch {
      return nil
    }
  }

  /// The offset that a line begins with, 2 to 8 digits and a colon with a blank, and where the rest
  /// begins.
  private static func offset(_ line: ArraySlice<UInt8>) -> (UInt32, rest: Int)? {
    var position = line.startIndex
    guard let (value, digits) = number(line, &position), digits >= 2,
      take(":", line, &position), take(" ", line, &position)
    else { return nil }
    return (value, position)
  }

  /// Up to 8 hexadecimal digits.
  private static func number(
    _ line: ArraySlice<UInt8>, _ position: inout Int
  ) -> (UInt32, digits: Int)? {
    let start = position
    var value: UInt32 = 0
    while position < line.endIndex, position < start + 8,
      let digit = line[position].hexadecimalDigit
    {
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return position > start ? (value, position - start) : nil
  }

  private static func take(
    _ character: Unicode.Scalar, _ line: ArraySlice<UInt8>, _ position: inout Int
  ) -> Bool {
    guard position < line.endIndex, line[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
