import CX86
import Glibc
import PCIConfig

/// ECAM through `/dev/mem`: one page of a region that is vouched for, accessed in a child process,
/// as an access may end it.
package enum LiveECAM {
  /// Opens `/dev/mem` and closes it.
  static func askMemory() -> RawAnswer {
    do {
      _ = try FileDescriptor(reading: "/dev/mem")
      return RawRequest.openMemory.answered(.known(0))
    } catch {
      return RawRequest.openMemory.failed(error.cause)
    }
  }

  /// Reads identification registers of a function.
  ///
  /// - Parameters:
  ///   - function: A function.
  ///   - region: A region that decodes it.
  static func ask(_ function: FunctionAddress, in region: ECAMRegion) -> [RawAnswer] {
    guard let address = address(of: function, in: region) else {
      return [RawRequest.ecam(function, .vendorID).failed(.errno(EINVAL))]
    }
    var answers = [RawRequest.openMemory.answered(.known(0))]
    do {
      let page = try PhysicalPage(address)
      answers.append(RawRequest.map(address).answered(.known(0)))
      for register in [Register.vendorID, .revisionID] {
        let question = RawRequest.ecam(function, register)
        do {
          answers.append(
            question.answered(.known(try page.read(at: Int(register.offset), .doubleword))))
        } catch {
          return answers + [question.failed(error.cause)]
        }
      }
      return answers
    } catch {
      return error.call == RawRequest.openMemory.call
        ? [RawRequest.openMemory.failed(error.cause)]
        : answers + [RawRequest.map(address).failed(error.cause)]
    }
  }

  private static func address(
    of function: FunctionAddress, in region: ECAMRegion
  ) -> UInt64? {
    try? region.address(of: ConfigurationAccess(aligned: .vendorID, .doubleword, of: function))
  }

  /// Reads memory with one access.
  ///
  /// - Parameters:
  ///   - start: The first byte, a multiple of the width.
  ///   - width: The width.
  ///   - subject: What it is, for the failure.
  static func read(
    at start: UnsafeMutableRawPointer, _ width: AccessWidth, of subject: String
  ) throws(SystemFailure) -> UInt32 {
    let page = try SharedPage()
    page.set(Word.start, to: start)
    page[Word.width] = UInt32(width.rawValue)
    try run(page, subject) { start in
      let page = SharedPage.Words(start)
      let address = page.address(Word.start)
      switch page[Word.width] {
      case 1: page[Word.value] = UInt32(x86_load8(address))
      case 2: page[Word.value] = UInt32(x86_load16(address))
      default: page[Word.value] = x86_load32(address)
      }
    }
    return page[Word.value]
  }

  /// Writes memory with one access.
  ///
  /// - Parameters:
  ///   - start: The first byte, a multiple of the width.
  ///   - width: The width.
  ///   - value: The value; bits beyond the width are ignored.
  ///   - subject: What it is, for the failure.
  static func write(
    at start: UnsafeMutableRawPointer, _ width: AccessWidth, _ value: UInt32, of subject: String
  ) throws(SystemFailure) {
    let page = try SharedPage()
    page.set(Word.start, to: start)
    page[Word.width] = UInt32(width.rawValue)
    page[Word.value] = value
    try run(page, subject) { start in
      let page = SharedPage.Words(start)
      let address = page.address(Word.start)
      let value = page[Word.value]
      switch page[Word.width] {
      case 1: x86_store8(address, UInt8(truncatingIfNeeded: value))
      case 2: x86_store16(address, UInt16(truncatingIfNeeded: value))
      default: x86_store32(address, value)
      }
    }
  }

  /// Reads consecutive doublewords of memory.
  ///
  /// - Parameters:
  ///   - start: The first doubleword.
  ///   - count: How many, at most 1024.
  ///   - subject: What they are, for the failure.
  static func doublewords(
    at start: UnsafeMutableRawPointer, count: Int, of subject: String
  ) throws(SystemFailure) -> [UInt32] {
    precondition(count <= 1024, "a function has at most 1024 doublewords")
    let page = try SharedPage()
    page.set(Word.start, to: start)
    page[Word.count] = UInt32(count)
    try run(page, subject) { start in
      let page = SharedPage.Words(start)
      let function = page.address(Word.start)
      let count = Int(page[Word.count])
      var index = 0
      while index < count {
        page[index] = x86_load32(function + UInt(index) * 4)
        index += 1
      }
    }
    return (0..<count).map { page[$0] }
  }

  /// Times reads of a doubleword, each by itself, behind one that is not timed.
  ///
  /// - Parameters:
  ///   - start: The doubleword.
  ///   - count: How many reads, at most ``SharedPage/greatestTimeCount``.
  ///   - subject: What it is, for the failure.
  /// - Returns: The times in nanoseconds, with what looking at the clock takes.
  static func timeLoads(
    at start: UnsafeMutableRawPointer, count: Int, of subject: String
  ) throws(SystemFailure) -> [UInt32] {
    precondition(count <= SharedPage.greatestTimeCount, "so many times do not fit")
    let page = try SharedPage()
    page.set(Word.start, to: start)
    page[Word.count] = UInt32(count)
    try run(page, subject) { start in
      let page = SharedPage.Words(start)
      let address = page.address(Word.start)
      let count = Int(page[Word.count])
      _ = x86_load32(address)
      _ = MonotonicClock.now
      var index = 0
      while index < count {
        page[SharedPage.firstTime + index] = MonotonicClock.time { _ = x86_load32(address) }
        index += 1
      }
    }
    return page.times(count: count)
  }

  private enum Word {
    static let start = 0
    static let count = 2
    static let width = 3
    static let value = 4
  }

  private static func run(
    _ page: borrowing SharedPage, _ subject: String,
    _ body: @convention(c) (UnsafeMutableRawPointer?) -> Void
  ) throws(SystemFailure) {
    let signal = try page.runInChild(body)
    guard signal == 0 else { throw SystemFailure("ecam", subject, .signal(signal)) }
  }
}
