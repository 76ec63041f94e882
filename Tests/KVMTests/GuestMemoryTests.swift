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

  @Test("Memory of ones shows ones until a page is separated, and again when it is restored")
  func ones() throws {
    let memory = try GuestMemory(ones: 8 << 20)
    #expect(memory.count == 8 << 20)
    for offset in [0, (2 << 20) - 4, 4 << 20, (8 << 20) - 4] {
      #expect(memory.load(UInt32.self, at: offset) == .max)
    }
    try memory.separatePage(at: 4 << 20)
    memory.store(0x1234 as UInt32, at: 4 << 20)
    #expect(memory.load(UInt64.self, at: 4 << 20) == 0x1234)
    #expect(memory.load(UInt32.self, at: (4 << 20) + 4096) == .max)
    #expect(memory.load(UInt32.self, at: 2 << 20) == .max)
    try memory.restoreOnes(at: 4 << 20)
    #expect(memory.load(UInt64.self, at: 4 << 20) == .max)
  }
}
