import PCIConfig

extension RecordedAnswers {
  /// Reads version 1, which pcicfg 0.1.0 wrote: no version line, and in each line an answer in the
  /// words that a reader saw, for example `mmap /dev/mem at 0xb0000000: EPERM (Operation not
  /// permitted)` or `conf1 0000:00:00.0 0x00: 0x29c08086`.
  ///
  /// - Parameter lines: The lines without their line feeds. Empty ones count for nothing.
  init(version1 lines: [Substring]) {
    self.init()
    for (index, line) in lines.enumerated() {
      let line = line.firstLine
      guard !line.isEmpty else { continue }
      guard let answer = Self.answer(version1: line) else {
        damagedLines.append(index + 1)
        continue
      }
      insert(answer)
    }
  }

  private static func answer(version1 line: Substring) -> RawAnswer? {
    guard let (question, word) = parts(line), let request = RawRequest(version1: question) else {
      return nil
    }
    if let cause = SystemFailure.Cause(name: word) { return request.failed(cause) }
    guard !request.isOnlyFailure else { return nil }
    if word == "ok" { return request.answered(.known(0)) }
    guard word.hasPrefix("0x") else { return nil }
    return UInt32(word.dropFirst(2), radix: 16).map { request.answered(.known($0)) }
  }

  /// Splits at the last colon that a blank follows, except in the text of an error in parentheses:
  /// addresses have colons too.
  private static func parts(_ whole: Substring) -> (question: Substring, answer: Substring)? {
    var line = whole
    if line.last == ")", let bracket = line.lastIndex(of: "(") { line = line[..<bracket] }
    var position = line.endIndex
    while position > line.startIndex {
      position = line.index(before: position)
      guard line[position] == ":" else { continue }
      let rest = line[line.index(after: position)...]
      guard rest.first == " " else { continue }
      return (line[..<position], rest.dropFirst().prefix { $0 != " " })
    }
    return nil
  }
}

extension RawRequest {
  /// Reads the text before the answer: that of a request in exactly the spelling of version 1.
  fileprivate init?(version1 text: Substring) {
    let words = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    guard words.count == 2 else { return nil }
    let request: RawRequest
    switch words[0] {
    case "ioperm": request = .portPermission
    case "conf1" where words[1] == "CONFIG_ADDRESS": request = .configAddress
    case "conf1", "ecam":
      let fields = words[1].split(separator: " ", omittingEmptySubsequences: false)
      guard fields.count == 2, let function = FunctionAddress(fields[0]),
        let offset = hexadecimalNumber(fields[1].utf8.dropFirst(2)), offset < 4096
      else { return nil }
      let register = Register(integerLiteral: UInt16(offset))
      request = words[0] == "ecam" ? .ecam(function, register) : .mechanism1(function, register)
    case "open" where words[1] == "/dev/mem": request = .openMemory
    case "mmap":
      guard let address = hexadecimalNumber(words[1].utf8.dropFirst("/dev/mem at 0x".utf8.count))
      else { return nil }
      request = .map(address)
    case "rdmsr": request = .sevStatus
    case "open": request = .open(String(words[1].dropFirst()))
    case "read": request = .read(String(words[1].dropFirst()))
    case "stat": request = .size(String(words[1].dropFirst()))
    default: return nil
    }
    guard request.version1[...] == text else { return nil }
    self = request
  }

  /// The spelling of version 1; unlike ``description`` it never changes.
  private var version1: String {
    switch self {
    case .portPermission: "ioperm 0xcf8-0xcff"
    case .configAddress: "conf1 CONFIG_ADDRESS"
    case .mechanism1(let function, let register): "conf1 \(function) \(register)"
    case .openMemory: "open /dev/mem"
    case .map(let address): "mmap /dev/mem at 0x\(hexadecimal(address, digits: 1))"
    case .ecam(let function, let register): "ecam \(function) \(register)"
    case .sevStatus: "rdmsr 0xc0010131"
    case .open(let path): "open /\(path)"
    case .read(let path): "read /\(path)"
    case .size(let path): "stat /\(path)"
    }
  }
}
