import Testing

@testable import VirtualMachine

@Suite("The debug exit port")
struct DebugExitTests {
  @Test("The low byte of the first write to its first port counts")
  func first() {
    let port = DebugExit()
    #expect(!port.write(1, at: 1, size: 1))
    #expect(port.value == nil)
    #expect(port.write(0x1234, at: 0, size: 2))
    #expect(port.write(5, at: 0, size: 1))
    #expect(port.value == 0x34)
  }
}
