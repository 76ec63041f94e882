import PCIConfig

extension RecordedAnswers {
  /// Reads version 1, which pcicfg 0.1 wrote: one answer per line, `request: answer`, as
  /// ``RawAnswer`` describes itself to a reader. What follows the name of an error is for the reader.
  /// A line of another form is left out without notice.
  init(version1 text: some StringProtocol) {
    self.init([])
    for line in text.lines {
      guard let (request, answer) = Self.parts(line),
        let request = RawRequest(version1: request)
      else { continue }
      if answer == "ok" {
        insert(request.answered(.known(0)))
      } else if answer.hasPrefix("0x"), let value = UInt32(answer.dropFirst(2), radix: 16) {
        insert(request.answered(.known(value)))
      } else if let cause = SystemFailure.Cause(name: answer) {
        insert(request.failed(cause))
      }
    }
  }

  /// Splits at the last colon that a blank follows, except in the system's text of a failure in
  /// parentheses: addresses have colons too.
  private static func parts(_ whole: Substring) -> (request: Substring, answer: Substring)? {
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
  fileprivate init?(version1 text: Substring) {
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2 else { return nil }
    let subject = words[1]
    switch words[0] {
    case "ioperm" where subject == "0xcf8-0xcff": self = .portPermission
    case "conf1" where subject == "CONFIG_ADDRESS": self = .configAddress
    case "conf1", "ecam":
      let parts = subject.split(separator: " ")
      guard parts.count == 2, parts[1].hasPrefix("0x"),
        let function = FunctionAddress(String(parts[0])),
        let offset = hexadecimalNumber(parts[1].utf8.dropFirst(2)), offset < 4096
      else { return nil }
      let register = Register(integerLiteral: UInt16(offset))
      self = words[0] == "ecam" ? .ecam(function, register) : .mechanism1(function, register)
    case "open" where subject == "/dev/mem": self = .openMemory
    case "mmap":
      let prefix = "/dev/mem at 0x"
      guard subject.hasPrefix(prefix),
        let address = hexadecimalNumber(subject.utf8.dropFirst(prefix.utf8.count))
      else { return nil }
      self = .map(address)
    case "rdmsr" where subject == RawRequest.sevStatus.subject[...]: self = .sevStatus
    case "open": self = .open(String(subject.drop { $0 == "/" }))
    case "read": self = .read(String(subject.drop { $0 == "/" }))
    case "stat": self = .size(String(subject.drop { $0 == "/" }))
    default: return nil
    }
  }
}
