import KVM
import Testing

@Suite("Guest memory")
struct GuestMemoryTests {
  @Test("Starts as zeros and keeps what is written, little-endian and unaligned")
  func contents() throws {
    let memory = try GuestMemory(count: 8192)
    #expect(memory.count == 8192)
    #expect(memory.bytes(in: 0..<4) == [0, 0, 0, 0])
    memory.store(UInt32(0x1122_3344), at: 4095)
    #expect(memory.bytes(in: 4094..<4100) == [0, 0x44, 0x33, 0x22, 0x11, 0])
    memory.write([1, 2], at: 8190)
    #expect(memory.load(UInt16.self, at: 8190) == 0x0201)
    memory.write([], at: 8192)
  }

  @Test("An access that starts inside and ends outside traps")
  func bounds() async {
    await #expect(processExitsWith: .failure) {
      let memory = try GuestMemory(count: 4096)
      memory.store(UInt32(0), at: 4093)
    }
    await #expect(processExitsWith: .failure) {
      let memory = try GuestMemory(count: 4096)
      memory.write([0, 0], at: 4095)
    }
    await #expect(processExitsWith: .failure) {
      let memory = try GuestMemory(count: 4096)
      _ = memory.bytes(in: -1..<1)
    }
    await #expect(processExitsWith: .failure) { _ = try GuestMemory(count: 4095) }
  }
}
