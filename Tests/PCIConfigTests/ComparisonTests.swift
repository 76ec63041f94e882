import PCIConfig
import Testing

/// Configuration space that shows the same doubleword everywhere, but for some functions.
private struct Pattern: ConfigurationSpace {
  var values: [FunctionAddress: UInt32] = [:]
  var unreachable: Set<FunctionAddress> = []

  func read(_ access: ConfigurationAccess) throws(ReachError) -> UInt32 {
    if unreachable.contains(access.function) { throw .segment(access.function.segment) }
    return values[access.function, default: 0x1234_5678] & access.width.allOnes
  }

  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(ReachError) {}
}

@Suite struct ComparisonTests {
  @Test func `functions agree, differ, or cannot be compared`() {
    let functions = (UInt16(0)..<4).map { FunctionAddress(routingID: $0 << 3) }
    let first = Pattern(unreachable: [functions[3]])
    let second = Pattern(values: [functions[1]: 0xFFFF_FFFF], unreachable: [functions[2]])
    var facts = AccessFacts(hypervisor: .unnamed, mechanism1Answers: true)
    facts.compare(functions, through: first, and: second)
    #expect(facts.agreeing == [functions[0]])
    #expect(facts.differing == [functions[1]])
    #expect(
      functions.map { facts.agreement(of: $0) } == [.agrees, .differs, .notCompared, .notCompared])
  }
}
