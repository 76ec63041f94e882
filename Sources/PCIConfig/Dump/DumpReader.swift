/// Reads a dump line by line.
struct DumpReader {
  private(set) var functions: [ConfigurationDump.Function] = []
  /// The functions that were named, and never with registers, ascending.
  private(set) var functionsWithoutRegisters: [FunctionAddress] = []
  private(set) var ignored: [IgnoredRegisters] = []
  /// The lines of the functions' headings.
  private var lines: [Int] = []
  /// The functions that were named, and no registers behind it.
  private var headings: [(address: FunctionAddress, line: Int)] = []
  private var current: (heading: DumpHeading, line: Int)?
  private var bytes: [UInt8] = []
  /// Whether no more registers of the function are taken.
  private var isCut = false

  init() {}

  /// Ends the function whose lines were read last.
  mutating func endFunction() {
    if let current, case .function(let address) = current.heading {
      if bytes.isEmpty {
        headings.append((address, current.line))
      } else {
        functions.append(.init(address: address, image: ConfigurationImage(bytes)))
        lines.append(current.line)
      }
    }
    current = nil
    bytes = []
    isCut = false
  }

  /// Takes the first of several dumps, and the functions that it names without registers.
  mutating func endDump() {
    let order = ascendingOrder(of: functions.map { Self.key($0.address) })
    var second = Int.max
    var repetitions = 0
    var isSame = true
    var former: ConfigurationDump.Function?
    for index in order {
      let function = functions[index]
      guard let first = former, first.address == function.address else {
        former = function
        continue
      }
      second = min(second, lines[index])
      repetitions += 1
      // Fewer of the same registers are nothing new.
      if !first.image.bytes.starts(with: function.image.bytes) { isSame = false }
    }
    var count = 0
    while count < lines.count && lines[count] < second { count += 1 }
    let hasOthers = functions.count - count > repetitions
    if !isSame || hasOthers {
      var before = 0
      while before < ignored.count && ignored[before].line < second { before += 1 }
      ignored.removeLast(ignored.count - before)
      ignored.append(IgnoredRegisters(line: second, reason: .secondDump))
    }
    functions.removeLast(functions.count - count)
    let known = order.filter { $0 < count }.map { functions[$0].address }
    let named = headings.filter { $0.line < second }.map { $0.address }
    functionsWithoutRegisters = Self.addresses(named, without: known)
  }

  /// The addresses, ascending and each once, that other ascending ones have not.
  private static func addresses(
    _ named: [FunctionAddress], without others: [FunctionAddress]
  ) -> [FunctionAddress] {
    var addresses: [FunctionAddress] = []
    var other = 0
    for index in ascendingOrder(of: named.map { key($0) }) where named[index] != addresses.last {
      let address = named[index]
      while other < others.count && others[other] < address { other += 1 }
      if other == others.count || others[other] != address { addresses.append(address) }
    }
    return addresses
  }

  private static func key(_ address: FunctionAddress) -> UInt64 {
    UInt64(address.segment) << 16 | UInt64(address.routingID)
  }

  /// Reads a line.
  ///
  /// - Parameters:
  ///   - line: The line without its end.
  ///   - number: Which it is, counted from 1.
  mutating func read(_ line: ArraySlice<UInt8>, _ number: Int) throws(ConfigurationDumpError) {
    guard !line.isEmpty else { return endFunction() }
    if let heading = DumpHeading(line) {
      endFunction()
      current = (heading, number)
    } else if let current, !isCut, let (offset, rest) = Self.offset(line) {
      switch current.heading {
      case .function(let address):
        guard offset == bytes.count else {
          ignore(number, .gap(address, offset: offset, expected: bytes.count))
          return
        }
        try readBytes(line[rest...], number)
      case .path(let text): ignore(current.line, .path(text))
      case .invalidAddress(let text): ignore(current.line, .invalidAddress(text))
      }
    } else if current == nil, !isCut, let (offset, rest) = Self.offset(line),
      let row = Self.bytes(line[rest...]), offset == 0 || offset % 16 == 0 && row.count == 16
    {
      ignore(number, .noHeading)
    }
  }

  private mutating func ignore(_ line: Int, _ reason: IgnoredRegisters.Reason) {
    ignored.append(IgnoredRegisters(line: line, reason: reason))
    isCut = true
  }

  private mutating func readBytes(
    _ text: ArraySlice<UInt8>, _ number: Int
  ) throws(ConfigurationDumpError) {
    guard let more = Self.bytes(text) else {
      throw ConfigurationDumpError(line: number, reason: .malformedBytes)
    }
    guard bytes.count + more.count <= 4096 else {
      throw ConfigurationDumpError(line: number, reason: .tooManyBytes)
    }
    bytes += more
  }

  /// The bytes of two hexadecimal digits each, a blank between them; `nil` for anything else.
  private static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var position = text.startIndex
    var end = text.endIndex
    while end > position && isBlank(text[end - 1]) { end -= 1 }
    repeat {
      guard position + 2 <= end, let upper = text[position].hexadecimalDigit,
        let lower = text[position + 1].hexadecimalDigit,
        position + 2 == end || text[position + 2] == UInt8(ascii: " ")
      else { return nil }
      bytes.append(upper << 4 | lower)
      position += 3
    } while position < end
    return bytes
  }

  /// The offset that a line begins with, 2 to 8 digits and a colon with a blank, and where the rest
  /// begins.
  private static func offset(_ line: ArraySlice<UInt8>) -> (UInt32, rest: Int)? {
    var position = line.startIndex
    guard let (value, digits) = line.hexadecimalDigits(at: &position), digits >= 2,
      line.take(":", at: &position), line.take(" ", at: &position)
    else { return nil }
    return (value, position)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }
}
