import Glibc
import Testing

@testable import LinuxHost

struct RecordedAnswerTests {
  @Test(arguments: [
    SystemFailure.Cause.errno(EPERM), .errno(EOVERFLOW), .errno(ETOOMANYREFS), .errno(4095),
    .signal(SIGBUS),
    .signal(SIGXCPU), .endOfFile, .irregularFile,
  ])
  func `how a request failed is written and read again`(cause: SystemFailure.Cause) {
    let answer = RawQuestion.openMemory.failed(cause)
    #expect(RecordedAnswers(text: "\(answer)").answer(to: .openMemory) == answer)
  }

  @Test(arguments: ["", "end of file", "errno", "errno=", "errno=x", "signal 9", "EWHAT"])
  func `what is no name of a failure is no answer`(text: String) {
    let record = RecordedAnswers(text: "open /dev/mem: \(text)")
    #expect(
      record.answer(to: .openMemory) == RawQuestion.openMemory.answered(.absent("open /dev/mem")))
  }
}
