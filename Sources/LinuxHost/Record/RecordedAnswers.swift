import PCIConfig

/// What a recorded machine answered to raw requests, and what the system refused.
///
/// They are in the file `answers` of a recording. Version 2, which is written, begins with the line
/// `pcicfg-answers 2`; each line that follows is one answer:
///
///     KIND ANSWER [OPERAND ...]
///
/// Fields are separated by one blank. ANSWER is `ok`, a value as `0x` and eight hexadecimal digits, or
/// the name of an error or signal: `EPERM`, `SIGSEGV`, `EOF`, `errno=95`.
///
/// | KIND | OPERANDS | ANSWER |
/// |---|---|---|
/// | `port-permission` | | `ok` |
/// | `config-address` | | the value that CONFIG_ADDRESS reads back |
/// | `conf1`, `ecam` | function, register | the doubleword |
/// | `open-memory` | | `ok` |
/// | `map-memory` | physical address | `ok` |
/// | `sev-status` | | the lower half of the register |
/// | `open`, `read` | path | an error: the machine refused it, or does not have it (`ENOENT`) |
/// | `size` | path | the size in bytes of a file of which fewer bytes are recorded |
///
/// Paths have no leading slash and are the rest of the line; `\n`, `\r` and `\\` stand for a line feed,
/// a carriage return and a backslash. A file without the first line is of version 1
/// (``RecordedAnswers/init(version1:)``).
package struct RecordedAnswers: Sendable {
  private static let magic = "pcicfg-answers"
  private static let version = "2"

  private var answers: [RawRequest: Fact<UInt32>] = [:]
  /// The registers with answers, by the request for register 0 of the same function and mode.
  private var registers: [RawRequest: Set<Register>] = [:]
  /// The numbers of lines that are damaged and left out, counted from 1.
  package private(set) var damagedLines: [Int] = []
  /// The version of the file where it is not known here; nothing was read then.
  package private(set) var unknownVersion: String?

  /// Reads the file, of version 1 or 2.
  package init(text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { Substring($0) }
    let first = lines[0].split(separator: " ", omittingEmptySubsequences: false)
    guard first.first == Self.magic[...] else {
      self.init(version1: text)
      return
    }
    guard first.count == 2, first[1] == Self.version else {
      self.init([])
      unknownVersion = first.dropFirst().joined(separator: " ")
      return
    }
    self.init([])
    for (index, line) in lines.enumerated().dropFirst() where !line.isEmpty {
      if let answer = Self.answer(line) { insert(answer) } else { damagedLines.append(index + 1) }
    }
  }

  /// Takes answers.
  package init(_ answers: [RawAnswer]) {
    for answer in answers { insert(answer) }
  }

  mutating func insert(_ answer: RawAnswer) {
    answers[answer.request] = answer.answer
    guard let (first, register) = answer.request.register else { return }
    registers[first, default: []].insert(register)
  }

  /// Writes answers as the file `answers` has them.
  package static func text(_ answers: [RawAnswer]) -> String {
    ([magic + " " + version] + answers.compactMap(line)).map { $0 + "\n" }.joined()
  }

  /// The registers that a function may have answers for in a mode, ascending.
  ///
  /// - Parameter request: The request for any of its registers.
  package func registers(askedAs request: RawRequest) -> [Register] {
    request.register.flatMap { registers[$0.first] }?.sorted() ?? []
  }

  /// The answer to a request; absent where the recording has none.
  package func answer(to request: RawRequest) -> RawAnswer {
    request.answered(answers[request] ?? .absent(request.description))
  }

  /// How the system refused a request; `nil` where it did not, or the recording does not hold it.
  package func failure(of request: RawRequest) -> SystemFailure? {
    answers.isEmpty ? nil : answers[request]?.failure
  }
}

extension RawRequest {
  /// The request for register 0 of the same function and mode, and the register of this one; `nil` for
  /// a request of another kind.
  fileprivate var register: (first: RawRequest, register: Register)? {
    switch self {
    case .mechanism1(let function, let register): (.mechanism1(function, 0x00), register)
    case .ecam(let function, let register): (.ecam(function, 0x00), register)
    default: nil
    }
  }

  /// The kind and the operands of a line of version 2.
  fileprivate var fields: (kind: String, operands: String) {
    switch self {
    case .portPermission: ("port-permission", "")
    case .configAddress: ("config-address", "")
    case .mechanism1(let function, let register): ("conf1", " \(function) \(register)")
    case .openMemory: ("open-memory", "")
    case .map(let address): ("map-memory", " 0x\(hexadecimal(address, digits: 1))")
    case .ecam(let function, let register): ("ecam", " \(function) \(register)")
    case .sevStatus: ("sev-status", "")
    case .open(let path): ("open", " " + escaped(path))
    case .read(let path): ("read", " " + escaped(path))
    case .size(let path): ("size", " " + escaped(path))
    }
  }

  /// Reads the kind and the operands of a line of version 2.
  fileprivate init?(kind: Substring, operands: Substring?) {
    switch (kind, operands) {
    case ("port-permission", nil): self = .portPermission
    case ("config-address", nil): self = .configAddress
    case ("open-memory", nil): self = .openMemory
    case ("sev-status", nil): self = .sevStatus
    case ("map-memory", let address?):
      guard let address = number(address) else { return nil }
      self = .map(address)
    case ("conf1", let operands?), ("ecam", let operands?):
      let words = operands.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, let function = FunctionAddress(String(words[0])),
        let offset = number(words[1]).flatMap(UInt16.init(exactly:)), offset < 4096
      else { return nil }
      let register = Register(integerLiteral: offset)
      self = kind == "ecam" ? .ecam(function, register) : .mechanism1(function, register)
    case ("open", let path?): self = .open(unescaped(path))
    case ("read", let path?): self = .read(unescaped(path))
    case ("size", let path?): self = .size(unescaped(path))
    default: return nil
    }
  }
}

extension RecordedAnswers {
  private static func line(_ answer: RawAnswer) -> String? {
    let (kind, operands) = answer.request.fields
    switch answer.answer {
    case .known(let value):
      let text = answer.request.hasValue ? "0x" + hexadecimal(value, digits: 8) : "ok"
      return "\(kind) \(text)\(operands)"
    case .absent: return nil
    case .failed(let failure): return "\(kind) \(failure.cause.name)\(operands)"
    }
  }

  private static func answer(_ line: Substring) -> RawAnswer? {
    let fields = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard fields.count >= 2,
      let request = RawRequest(
        kind: fields[0], operands: fields.count == 3 ? fields[2] : nil)
    else { return nil }
    if fields[1] == "ok" { return request.hasValue ? nil : request.answered(.known(0)) }
    if request.hasValue, let value = number(fields[1]).flatMap(UInt32.init(exactly:)) {
      return request.answered(.known(value))
    }
    return SystemFailure.Cause(name: fields[1]).map(request.failed)
  }
}

/// A hexadecimal number with `0x`.
private func number(_ text: Substring) -> UInt64? {
  text.hasPrefix("0x") ? hexadecimalNumber(text.utf8.dropFirst(2)) : nil
}

private func escaped(_ path: String) -> String {
  var escaped = ""
  for character in path.unicodeScalars {
    switch character {
    case "\\": escaped += "\\\\"
    case "\n": escaped += "\\n"
    case "\r": escaped += "\\r"
    default: escaped.unicodeScalars.append(character)
    }
  }
  return escaped
}

private func unescaped(_ text: Substring) -> String {
  var path = String.UnicodeScalarView()
  var isEscaped = false
  for character in text.unicodeScalars {
    switch (isEscaped, character) {
    case (false, "\\"):
      isEscaped = true
      continue
    case (true, "n"): path.append("\n")
    case (true, "r"): path.append("\r")
    default: path.append(character)
    }
    isEscaped = false
  }
  return String(path)
}
