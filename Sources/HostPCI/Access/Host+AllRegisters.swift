import LinuxHost
import PCIConfig

extension Host {
  /// Reads all registers that a file of the kernel has.
  ///
  /// - Parameter names: Where the file may be; the first that exists counts.
  func registers(in names: [String]) -> Fact<[Register: UInt32]> {
    Fact.first(of: names) { bytes($0, limit: 4096) }.compactMap(
      orAbsent: "/\(names[0]) with a register"
    ) { bytes in
      bytes.count < 4 ? nil : Self.registers(of: bytes)
    }
  }

  private static func registers(of bytes: [UInt8]) -> [Register: UInt32] {
    var registers = [Register: UInt32](minimumCapacity: bytes.count / 4)
    for offset in stride(from: 0, through: bytes.count - 4, by: 4) {
      registers[Register(integerLiteral: UInt16(offset))] =
        UInt32(bytes.littleEndian(at: offset, count: 4))
    }
    return registers
  }

  /// Reads registers 0x00 to 0xff by mechanism 1: of a record those that it holds.
  ///
  /// The kernel's lock cannot be taken: a write of the kernel that falls between would change the
  /// register that is being read. Therefore only the vendor and device ID, which ignore writes, are
  /// read before it is known that mechanism 1 answers.
  ///
  /// - Parameters:
  ///   - function: A function of segment 0.
  ///   - expected: Its vendor and device ID as another mode reads them, or `nil`.
  func mechanism1Registers(
    of function: FunctionAddress, expected: UInt32?
  ) -> Fact<[Register: UInt32]> {
    let noLatch = Self.noLatch
    guard let answers else {
      let asked = LiveMechanism1.ask(function, expected: expected)
      // What CONFIG_ADDRESS holds is another value for each function.
      _ = noted(asked.filter { $0.question != .latch })
      let latch = asked.first { $0.question == .latch }?.answer.value
      guard let last = asked.last else { return .absent("nothing was asked") }
      guard latch.map({ holdsAddress($0, of: function) }) ?? true else { return .absent(noLatch) }
      if case .failed(let failure) = last.answer { return .failed(failure) }
      do {
        let bytes = try FunctionAccess.mechanism1(function).bytes(limit: 256).bytes
        return noted(.known(Self.registers(of: bytes))) { .mechanism1(function, $0) }
      } catch .system(let failure) {
        return .failed(failure)
      } catch {
        return .absent("\(error)")
      }
    }
    if let refusal = answers.failure(of: .portPermission) { return .failed(refusal) }
    if let latch = answers.answer(to: .latch).answer.value, !holdsAddress(latch, of: function) {
      return .absent(noLatch)
    }
    return noted(Self.registers(of: answers) { .mechanism1(function, $0) }) {
      .mechanism1(function, $0)
    }
  }

  /// Reads registers through ECAM: of a record those that it holds.
  ///
  /// - Parameters:
  ///   - function: A function.
  ///   - region: A region that decodes it and that may be touched.
  ///   - count: How many doublewords the function has, at most 1024.
  func ecamRegisters(
    of function: FunctionAddress, in region: ECAMRegion, count: Int
  ) -> Fact<[Register: UInt32]> {
    let question: (Register) -> RawQuestion = { .ecam(function, $0) }
    if let answers {
      let access = try? ConfigurationAccess(function, .vendorID, .doubleword)
      let start = access.flatMap { try? region.address(of: $0) }
      for asked in [.openMemory] + (start.map { [RawQuestion.map($0)] } ?? []) {
        if let refusal = answers.failure(of: asked) { return .failed(refusal) }
      }
      return noted(Self.registers(of: answers, question), question)
    }
    do {
      let values = try LiveECAM.registers(of: function, in: region, count: count)
      var registers: [Register: UInt32] = [:]
      for (index, value) in values.enumerated() {
        registers[Register(integerLiteral: UInt16(index * 4))] = value
      }
      return noted(.known(registers), question)
    } catch {
      return .failed(error)
    }
  }

  /// The same registers, noted.
  private func noted(
    _ registers: Fact<[Register: UInt32]>, _ question: (Register) -> RawQuestion
  ) -> Fact<[Register: UInt32]> {
    if let journal, case .known(let values) = registers {
      journal.note(
        values.keys.sorted().map { question($0).answered(.known(values[$0] ?? 0)) })
    }
    return registers
  }

  /// The registers of a function that a record has answers for.
  private static func registers(
    of answers: RecordedAnswers, _ question: (Register) -> RawQuestion
  ) -> Fact<[Register: UInt32]> {
    var registers: [Register: UInt32] = [:]
    for register in answers.registers(askedAs: question(.vendorID))
    where register.offset % 4 == 0 {
      switch answers.answer(to: question(register)).answer {
      case .known(let value): registers[register] = value
      case .absent: break
      case .failed(let failure): return .failed(failure)
      }
    }
    return registers.isEmpty ? .absent("the record does not hold the answer") : .known(registers)
  }
}
