import PCIConfig
import Testing

/// Records the accesses of a mechanism, and reads its name from every register.
private final class Recorder: Sendable {
  private let log: Log
  private let name: String
  private let answer: UInt32
  /// The first offset that the space does not reach.
  private let end: UInt16

  /// The accesses of all mechanisms, in order.
  final class Log: @unchecked Sendable {
    var lines: [String] = []
  }

  init(_ name: String, answer: UInt32, end: UInt16 = 0x1000, _ log: Log) {
    self.name = name
    self.answer = answer
    self.end = end
    self.log = log
  }
}

extension Recorder: ConfigurationSpace {
  struct Fault: Error, Equatable {
    let name: String
  }

  private func record(_ line: String, _ function: FunctionAddress) throws(Fault) {
    log.lines.append("\(name) \(line)")
    guard function.device != 31 else { throw Fault(name: name) }
  }

  func read(_ access: ConfigurationAccess) throws(Fault) -> UInt32 {
    try record("read \(access)", access.function)
    return answer
  }

  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Fault) {
    try record("write \(access) \(value)", access.function)
  }

  func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Fault) -> [UInt32] {
    try record("block \(function) \(first) \(count)", function)
    return Array(repeating: answer, count: min(count, Int(end - first.offset) / 4))
  }
}

@Suite struct SelectedSpaceTests {
  private typealias Space = SelectedSpace<Recorder, Recorder>

  private let agreeing = FunctionAddress(routingID: 0x00)
  private let differing = FunctionAddress(routingID: 0x08)
  private let unknown = FunctionAddress(routingID: 0x10)
  private let log = Recorder.Log()
  private let region: ECAMRegion
  private var facts: AccessFacts

  init() throws {
    region = try ECAMRegion(base: 0xB000_0000, buses: 0...0)
    facts = AccessFacts(
      hypervisor: .guest(of: .kvm), mechanism1Answers: true,
      regions: [VouchedRegion(region, [.mcfg, .reservation])],
      agreeing: [agreeing, FunctionAddress(routingID: 0xF8)], differing: [differing])
  }

  private func space(
    _ policy: AccessPolicy = .default, mechanism1End: UInt16 = 0x1000
  ) -> Space {
    let log = log
    return Space(
      policy, on: facts,
      mechanism1: Recorder("conf1", answer: 1, end: mechanism1End, log),
      ecam: { Recorder("ecam 0x" + String($0.base, radix: 16), answer: 2, log) })
  }

  private func access(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth = .doubleword
  ) -> ConfigurationAccess {
    ConfigurationAccess(aligned: register, width, of: function)
  }

  @Test func `each access takes the mechanism of its function and register`() throws {
    let space = space()
    #expect(try space.read(access(agreeing, 0x0E, .byte)) == 2)
    #expect(try space.read(access(agreeing, 0x100)) == 2)
    #expect(try space.read(access(differing, 0x0C)) == 1)
    #expect(try space.read(access(unknown, 0x00, .word)) == 1)
    #expect(try space.read(access(unknown, 0x04)) == 1)
    try space.write(access(agreeing, 0x04, .word), 7)
    try space.write(access(differing, 0x3C, .byte), 8)
    #expect(
      log.lines == [
        "ecam 0xb0000000 read 0000:00:00.0 0x0e.b",
        "ecam 0xb0000000 read 0000:00:00.0 0x100.l",
        "conf1 read 0000:00:01.0 0x0c.l",
        "conf1 read 0000:00:02.0 0x00.w",
        "conf1 read 0000:00:02.0 0x04.l",
        "ecam 0xb0000000 write 0000:00:00.0 0x04.w 7",
        "conf1 write 0000:00:01.0 0x3c.b 8",
      ])
  }

  @Test func `the decision for an access is the policy's`() {
    for policy in AccessPolicy.allCases {
      for function in [agreeing, differing, unknown] {
        for register: Register in [0x00, 0xFC, 0x100, 0xFFC] {
          #expect(
            space(policy).decision(for: function, register)
              == policy.decide(function, register, on: facts))
        }
      }
    }
  }

  @Test func `all registers below 0x100 share a mechanism, and all from 0x100 on`() {
    for policy in AccessPolicy.allCases {
      for function in [agreeing, differing, unknown, FunctionAddress(routingID: 0x0100)] {
        for (first, last) in [(0x00, 0xFF), (0x100, 0xFFF)] as [(Register, Register)] {
          #expect(
            policy.decide(function, first, on: facts).mechanism
              == policy.decide(function, last, on: facts).mechanism)
        }
      }
    }
  }

  @Test func `a refused access carries the decision, and nothing is accessed`() throws {
    let space = space()
    let decision = AccessPolicy.verified.decide(differing, 0x100, on: facts)
    #expect(decision.mechanism == .refused)
    #expect(throws: Space.Failure.refused(decision)) { try space.read(access(differing, 0x100)) }
    #expect(throws: Space.Failure.refused(decision)) {
      try space.write(access(differing, 0x100), 1)
    }
    #expect(throws: Space.Failure.refused(decision)) {
      try space.doublewords(of: differing, from: 0x100, count: 4)
    }
    #expect(log.lines == [])
  }

  @Test func `a region whose address only the kernel knows is refused`() throws {
    var facts = facts
    facts.regions = []
    facts.mechanism1Answers = false
    let hidden = HiddenECAMRegion(segment: 0, buses: 0...0)
    facts.hiddenRegions = [hidden]
    let log = log
    let space = Space(
      .ecam, on: facts, mechanism1: Recorder("conf1", answer: 1, log),
      ecam: { _ in Recorder("ecam", answer: 2, log) })
    #expect(
      throws: Space.Failure.refused(
        AccessDecision(mechanism: .hiddenECAM(hidden), reasons: [.hiddenRegion(hidden)]))
    ) { try space.read(access(agreeing, 0x00)) }
    #expect(log.lines == [])
  }

  @Test func `a failure names the mechanism that was selected`() throws {
    let failing = FunctionAddress(routingID: 0xF8)
    #expect(throws: Space.Failure.ecam(.init(name: "ecam 0xb0000000"))) {
      try space().read(access(failing, 0x00))
    }
    #expect(throws: Space.Failure.mechanism1(.init(name: "conf1"))) {
      try space(.mechanism1).write(access(failing, 0x00), 0)
    }
    #expect(throws: Space.Failure.mechanism1(.init(name: "conf1"))) {
      try space(.linux).doublewords(of: failing, from: 0xFC, count: 2)
    }
  }

  @Test func `a block is one operation where one mechanism serves all of it`() throws {
    #expect(
      try space().doublewords(of: agreeing, from: 0x00, count: 1024)
        == Array(repeating: 2, count: 1024))
    #expect(try space().doublewords(of: differing, from: 0x40, count: 2) == [1, 1])
    #expect(try space().doublewords(of: agreeing, from: 0x100, count: 2) == [2, 2])
    #expect(
      log.lines == [
        "ecam 0xb0000000 block 0000:00:00.0 0x00 1024", "conf1 block 0000:00:01.0 0x40 2",
        "ecam 0xb0000000 block 0000:00:00.0 0x100 2",
      ])
  }

  @Test func `a block is split at 0x100 where the mechanism changes`() throws {
    #expect(
      try space(.linux).doublewords(of: differing, from: 0xF8, count: 5) == [1, 1, 2, 2, 2])
    #expect(
      log.lines == [
        "conf1 block 0000:00:01.0 0xf8 2", "ecam 0xb0000000 block 0000:00:01.0 0x100 3",
      ])
  }

  @Test func `a block ends before registers that are refused`() throws {
    #expect(try space().doublewords(of: differing, from: 0xF8, count: 5) == [1, 1])
    #expect(log.lines == ["conf1 block 0000:00:01.0 0xf8 2"])
  }

  @Test func `a block ends where the space of the first mechanism does`() throws {
    #expect(
      try space(.linux, mechanism1End: 0x40).doublewords(of: differing, from: 0x38, count: 64)
        == [1, 1])
    #expect(log.lines == ["conf1 block 0000:00:01.0 0x38 50"])
  }
}
