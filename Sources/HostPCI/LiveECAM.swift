import CX86
import Glibc
import PCIConfig

/// ECAM through `/dev/mem`: one page, mapped for reading, of a region that is vouched for.
enum LiveECAM {
  /// Opens `/dev/mem` and closes it.
  static func askMemory() -> RawAnswer {
    do {
      _ = try FileDescriptor(reading: "/dev/mem")
      return RawQuestion.openMemory.answered(.known(0))
    } catch {
      return RawQuestion.openMemory.failed(error.cause)
    }
  }

  /// Reads identification registers of a function.
  ///
  /// - Parameters:
  ///   - function: A function.
  ///   - region: A region that decodes it.
  static func ask(_ function: FunctionAddress, in region: ECAMRegion) -> [RawAnswer] {
    guard let access = try? ConfigurationAccess(function, .vendorID, .doubleword),
      let address = try? region.address(of: access), let offset = off_t(exactly: address)
    else { return [RawQuestion.ecam(function, .vendorID).failed(.errno(EINVAL))] }
    let mapping = RawQuestion.map(address)
    do {
      let memory = try FileDescriptor(reading: "/dev/mem", flags: O_SYNC)
      let opened = RawQuestion.openMemory.answered(.known(0))
      let mapped = mmap(nil, 4096, PROT_READ, MAP_SHARED, memory.number, offset)
      guard let mapped, mapped != MAP_FAILED else {
        return [opened, mapping.failed(.errno(errno))]
      }
      defer { munmap(mapped, 4096) }
      return [opened, mapping.answered(.known(0))] + read(function, at: mapped)
    } catch {
      return [RawQuestion.openMemory.failed(error.cause)]
    }
  }

  /// Reads the registers of a function from its first on.
  ///
  /// - Parameters:
  ///   - function: A function.
  ///   - region: A region that decodes it.
  ///   - count: How many doublewords, at most 1024.
  static func registers(
    of function: FunctionAddress, in region: ECAMRegion, count: Int
  ) throws(SystemFailure) -> [UInt32] {
    guard let access = try? ConfigurationAccess(function, .vendorID, .doubleword),
      let address = try? region.address(of: access), let offset = off_t(exactly: address)
    else { throw SystemFailure("ecam", "\(function)", .errno(EINVAL)) }
    let memory = try FileDescriptor(reading: "/dev/mem", flags: O_SYNC)
    let mapped = mmap(nil, 4096, PROT_READ, MAP_SHARED, memory.number, offset)
    guard let mapped, mapped != MAP_FAILED else {
      let question = RawQuestion.map(address)
      throw SystemFailure(question.call, question.subject, .errno(errno))
    }
    defer { munmap(mapped, 4096) }
    return try doublewords(at: mapped, count: count, of: "\(function)")
  }

  /// Reads memory in a child process, as an access may end it.
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
    let address = UInt(bitPattern: start)
    page[0] = UInt32(truncatingIfNeeded: address)
    page[1] = UInt32(truncatingIfNeeded: address >> 32)
    page[2] = UInt32(count)
    let signal = try page.runInChild { start in
      let page = SharedPage.Words(start)
      let function = UInt(page[0]) | UInt(page[1]) << 32
      let count = Int(page[2])
      var index = 0
      while index < count {
        page[index] = x86_load32(function + UInt(index) * 4)
        index += 1
      }
    }
    guard signal == 0 else { throw SystemFailure("ecam", subject, .signal(signal)) }
    return (0..<count).map { page[$0] }
  }

  private static func read(
    _ function: FunctionAddress, at mapped: UnsafeMutableRawPointer
  ) -> [RawAnswer] {
    let question = RawQuestion.ecam(function, .vendorID)
    do {
      let page = try SharedPage()
      let address = UInt(bitPattern: mapped)
      page[0] = UInt32(truncatingIfNeeded: address)
      page[1] = UInt32(truncatingIfNeeded: address >> 32)
      let signal = try page.runInChild { start in
        let page = SharedPage.Words(start)
        let function = UInt(page[0]) | UInt(page[1]) << 32
        page[2] = x86_load32(function)
        page[3] = x86_load32(function + UInt(Register.revisionID.offset))
      }
      guard signal == 0 else { return [question.failed(.signal(signal))] }
      return [
        question.answered(.known(page[2])),
        RawQuestion.ecam(function, .revisionID).answered(.known(page[3])),
      ]
    } catch {
      return [question.answered(.failed(error))]
    }
  }
}
