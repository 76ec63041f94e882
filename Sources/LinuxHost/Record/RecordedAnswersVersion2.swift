import PCIConfig

extension RecordedAnswers {
  /// Reads version 2.
  ///
  /// The file is text in ASCII. Its first line is `pcicfg-answers 2`; each line that follows is one
  /// answer, and ends with a line feed:
  ///
  ///     pcicfg-answers 2
  ///     port-permission ok
  ///     conf1 0x29c08086 0000:00:00.0 0x00
  ///     map-memory EPERM 0xb0000000
  ///     open ENOENT sys/class/dmi/id/sys_vendor
  ///
  /// Fields are separated by one blank: the kind of the request, the answer, the operands.
  ///
  /// | kind | operands | answer |
  /// |---|---|---|
  /// | `port-permission` | | `ok` |
  /// | `config-address` | | what CONFIG_ADDRESS reads back |
  /// | `conf1`, `ecam` | function, register | the doubleword |
  /// | `open-memory` | | `ok` |
  /// | `map-memory` | physical address | `ok` |
  /// | `sev-status` | | bits 31:0 of SEV_STATUS |
  /// | `open`, `read` | path | an error only; `ENOENT` where the machine does not have the file |
  /// | `size` | path | size in bytes of a file of which the recording has fewer bytes |
  ///
  /// - Every answer can be an error instead: its name in `<errno.h>` or `<signal.h>`, `errno=N` or
  ///   `signal=N` for a number without a name here, `EOF` for the end of a file, `irregular` for
  ///   what is not a regular file.
  /// - A value is `0x` and eight lower-case hexadecimal digits.
  /// - A function is `SEGMENT:BUS:DEVICE.FUNCTION` in lower-case hexadecimal, at least 4, 2, 2 and 1
  ///   digits. A register is the offset of its first byte: `0x` and at least two digits.
  /// - A physical address is `0x` and its digits without leading zeros.
  /// - A path is in UTF-8, without the leading slash. A backslash and every byte outside `!` to `~`
  ///   are written as `\x` and two lower-case hexadecimal digits.
  ///
  /// Each answer has exactly one spelling. A line with another one is damaged: it is left out, and
  /// its number is in ``damagedLines``. Of several answers to one request the last one counts.
  ///
  /// - Parameter lines: The lines without their line feeds, with the line of the version.
  init(version2 lines: [Substring]) {
    self.init()
    for (index, line) in lines.dropLast().enumerated().dropFirst() {
      guard let answer = Self.answer(line), let spelling = Self.line(answer),
        spelling.utf8.elementsEqual(line.utf8)
      else {
        damagedLines.append(index + 1)
        continue
      }
      insert(answer)
    }
    // Without its line feed the last line may be incomplete.
    if lines.count > 1, lines.last?.isEmpty == false { damagedLines.append(lines.count) }
  }

  /// Writes the line of an answer, without the line feed; `nil` for an absent one.
  static func line(_ answer: RawAnswer) -> String? {
    let word: String
    switch answer.answer {
    case .known(let value):
      word = answer.request.hasValue ? "0x\(hexadecimal(value, digits: 8))" : "ok"
    case .absent: return nil
    case .failed(let failure): word = failure.cause.name
    }
    let (kind, operands) = answer.request.fields
    return ([kind, word] + operands).joined(separator: " ")
  }

  private static func answer(_ line: Substring) -> RawAnswer? {
    let fields = line.split(separator: " ", omittingEmptySubsequences: false)
    guard fields.count >= 2, let request = RawRequest(kind: fields[0], fields.dropFirst(2)) else {
      return nil
    }
    if let cause = SystemFailure.Cause(name: fields[1]) { return request.failed(cause) }
    guard !request.isOnlyFailure else { return nil }
    guard request.hasValue else { return request.answered(.known(0)) }
    return UInt32(fields[1].dropFirst(2), radix: 16).map { request.answered(.known($0)) }
  }
}

extension RawRequest {
  fileprivate var fields: (kind: String, operands: [String]) {
    switch self {
    case .portPermission: ("port-permission", [])
    case .configAddress: ("config-address", [])
    case .mechanism1(let function, let register): ("conf1", ["\(function)", "\(register)"])
    case .openMemory: ("open-memory", [])
    case .map(let address): ("map-memory", ["0x\(hexadecimal(address, digits: 1))"])
    case .ecam(let function, let register): ("ecam", ["\(function)", "\(register)"])
    case .sevStatus: ("sev-status", [])
    case .open(let path): ("open", [escaped(path)])
    case .read(let path): ("read", [escaped(path)])
    case .size(let path): ("size", [escaped(path)])
    }
  }

  /// Reads the fields of a request. A spelling that is not the one of ``fields`` may pass.
  fileprivate init?(kind: Substring, _ operands: ArraySlice<Substring>) {
    let first = operands.first ?? ""
    switch kind {
    case "port-permission": self = .portPermission
    case "config-address": self = .configAddress
    case "conf1", "ecam":
      guard let function = FunctionAddress(first), let last = operands.last,
        let offset = hexadecimalNumber(last.utf8.dropFirst(2)), offset < 4096
      else { return nil }
      let register = Register(integerLiteral: UInt16(offset))
      self = kind == "ecam" ? .ecam(function, register) : .mechanism1(function, register)
    case "open-memory": self = .openMemory
    case "map-memory":
      guard let address = hexadecimalNumber(first.utf8.dropFirst(2)) else { return nil }
      self = .map(address)
    case "sev-status": self = .sevStatus
    case "open", "read", "size":
      guard let path = unescaped(first) else { return nil }
      self = kind == "open" ? .open(path) : kind == "read" ? .read(path) : .size(path)
    default: return nil
    }
  }
}

private let backslash = UInt8(ascii: "\\")

private func escaped(_ path: String) -> String {
  path.utf8.map { byte in
    (UInt8(ascii: "!")...UInt8(ascii: "~")).contains(byte) && byte != backslash
      ? String(UnicodeScalar(byte)) : "\\x\(hexadecimal(byte, digits: 2))"
  }.joined()
}

private func unescaped(_ text: Substring) -> String? {
  var bytes: [UInt8] = []
  var rest = text.utf8
  while let byte = rest.popFirst() {
    guard byte == backslash else {
      bytes.append(byte)
      continue
    }
    guard rest.popFirst() == UInt8(ascii: "x"), let high = rest.popFirst()?.hexadecimalDigit,
      let low = rest.popFirst()?.hexadecimalDigit
    else { return nil }
    bytes.append(high << 4 | low)
  }
  return String(validating: bytes, as: UTF8.self)
}
