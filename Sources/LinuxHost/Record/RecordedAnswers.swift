import PCIConfig

/// What a recorded machine answered to raw requests.
///
/// One answer a line, `question: answer`, as ``RawAnswer`` describes itself: the answer is `ok`, a
/// hexadecimal number, or the name of an error or signal; what follows the name is for the reader.
/// A line of another form is passed over.
///
/// What the system refused stands here, too (`open /proc/iomem: EACCES`), what it does not have
/// (`ENOENT`), and the size of a file of which it let less be read (`stat PATH: 0x00001000`).
package struct RecordedAnswers: Sendable {
  private var answers: [String: String] = [:]
  /// The registers that questions end with, by what stands before.
  private var registers: [String: Set<Register>] = [:]

  init(text: some StringProtocol) {
    for line in text.lines {
      guard let (question, answer) = Self.parts(line) else { continue }
      answers[question] = answer
      guard let blank = question.lastIndex(of: " "),
        let offset = hexadecimalNumber(question[blank...].dropFirst(3).utf8), offset < 4096
      else { continue }
      registers[String(question[..<blank]), default: []].insert(
        Register(integerLiteral: UInt16(offset)))
    }
  }

  /// Takes answers.
  package init(_ answers: [RawAnswer]) {
    self.init(text: answers.map(\.description).joined(separator: "\n"))
  }

  /// The registers that a question may have answers for, ascending.
  ///
  /// - Parameter question: The question for any register.
  package func registers(askedAs question: RawQuestion) -> [Register] {
    let text = question.description
    return text.lastIndex(of: " ").flatMap { registers[String(text[..<$0])] }?.sorted() ?? []
  }

  /// The answer to a question; absent where the record has none.
  package func answer(to question: RawQuestion) -> RawAnswer {
    guard let text = answers[question.description] else {
      return question.answered(.absent(question.description))
    }
    if text == "ok" { return question.answered(.known(0)) }
    if text.hasPrefix("0x"), let value = UInt32(text.dropFirst(2), radix: 16) {
      return question.answered(.known(value))
    }
    guard let cause = SystemFailure.Cause(name: text) else {
      return question.answered(.absent(question.description))
    }
    return question.failed(cause)
  }

  /// How the system refused a request; `nil` where it did not, or the record does not tell.
  package func failure(of question: RawQuestion) -> SystemFailure? {
    answers.isEmpty ? nil : answer(to: question).answer.failure
  }

  /// Splits at the last colon that a blank follows, but for the system's text of a failure in
  /// brackets: addresses have colons too.
  private static func parts(_ whole: Substring) -> (String, String)? {
    var line = whole
    if line.last == ")", let bracket = line.lastIndex(of: "(") { line = line[..<bracket] }
    var position = line.endIndex
    while position > line.startIndex {
      position = line.index(before: position)
      guard line[position] == ":" else { continue }
      let rest = line[line.index(after: position)...]
      guard rest.first == " " else { continue }
      let answer = rest.dropFirst().prefix { $0 != " " }
      return (String(line[..<position]), String(answer))
    }
    return nil
  }
}
