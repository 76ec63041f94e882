import KVM
import TestSupport
import Testing

@testable import VirtualMachine

@Suite(
  "Profiles of guests", .needsKVM,
  .hangLimit)
struct ProfiledGuestTests {
  /// A ROM of real-mode code.
  private func rom(_ code: [UInt8]) throws -> FirmwareImage {
    var bytes = [UInt8](repeating: 0xFF, count: 65536)
    bytes.replaceSubrange(0..<code.count, with: code)
    bytes.replaceSubrange(65520..<65525, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    return try FirmwareImage(bytes)
  }

  /// Runs a guest to its end, with a profile, and checks that no exit is missing in it.
  private func profile(
    _ firmware: FirmwareImage, ending: Ending,
    configure: (inout BoardConfiguration) -> Void = { _ in }
  ) throws -> ExitProfile {
    var configuration = BoardConfiguration(firmware: firmware, memory: 2)
    configure(&configuration)
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    board.profile = ExitProfile()
    #expect(try board.run(limit: .hangLimit) == ending)
    let measured = board.profile
    let profile = try #require(measured)
    #expect(profile.total.exitCount == board.exitCount)
    return profile
  }

  private func counts(_ section: ProfileSection) -> [String: UInt64] {
    Dictionary(
      uniqueKeysWithValues: section.accesses.map { ("\($0.key)", $0.value.count) }
        + section.withoutAddress.map { ($0.key.rawValue, $0.value.count) })
  }

  @Test("Accesses to ports are counted by port and direction, string instructions by exits")
  func ports() throws {
    // mov cx, 100; again: out 0x80, al; in al, 0x81; in al, 0x81; loop again; hlt
    let profile = try profile(
      rom([0xB9, 0x64, 0x00, 0xE6, 0x80, 0xE4, 0x81, 0xE4, 0x81, 0xE2, 0xF8, 0xF4]),
      ending: .halted)
    #expect(counts(profile.total) == ["0x80:POUT": 100, "0x81:PIN": 200, "other": 1])
    #expect(profile.total[.portRead].count == 200 && profile.total[.portWrite].count == 100)
    #expect(profile.sections.count == 1)
    for times in profile.total.accesses.values {
      #expect(times.minimum > 0 && times.minimum <= times.maximum)
      #expect((Double(times.minimum)...Double(times.maximum)).contains(times.mean))
    }
  }

  @Test("Accesses to memory are counted by address and direction")
  func memory() throws {
    let profile = try profile(
      WindowFirmware.image(
        [0xB9] + WindowFirmware.little(50)  // mov ecx, 50
          + [0xA1] + WindowFirmware.little(0xB000_0000)  // mov eax, [0xb0000000]
          + [0xA3] + WindowFirmware.little(0xB000_0004)  // mov [0xb0000004], eax
          + [0x49, 0x75, 0xF3]  // dec ecx; jnz
          + [0x31, 0xC0, 0xE6, 0xF4]),  // xor eax, eax; out 0xf4, al
      ending: .debugExit(0))
    #expect(
      counts(profile.total) == [
        "0xcf8:POUT": 1, "0xcfc:POUT": 1, "0xb0000000:R": 50, "0xb0000004:W": 50, "0xf4:POUT": 1,
      ])
  }

  @Test("Coalesced writes are counted beside the exits, in the section where they were handled")
  func coalesced() throws {
    // mov cx, 170; again: out 0x70, al; loop again; mov al, 10; out 0xed, al; hlt
    let profile = try profile(
      rom([0xB9, 0xAA, 0x00, 0xE6, 0x70, 0xE2, 0xFC, 0xB0, 0x0A, 0xE6, 0xED, 0xF4]),
      ending: .halted
    ) { $0.coalescedZones = [CoalescedZone(.port(0x70), count: 1)] }
    #expect(counts(profile.total) == ["0x70:POUT": 1, "0xed:POUT": 1, "other": 1])
    #expect(profile.total.coalescedWrites == [.port(0x70): 169])
  }

  @Test("Doorbells are counted at the address that they had")
  func doorbells() throws {
    let memory: UInt32 = 0xD000_0000
    let code =
      ProtectedCode.configure(4, 0x10, memory) + ProtectedCode.configure(4, 0x04, 3)
      + ProtectedCode.storeByte(memory, 1)
      + ProtectedCode.repeat(200, ProtectedCode.storeByte(memory + 2049, 0x11))
      + ProtectedCode.load(memory + 12) + ProtectedCode.exit
    let profile = try profile(WindowFirmware.image(code), ending: .debugExit(0)) {
      $0.doorbells = .exact
    }
    #expect(profile.total.doorbellWrites == [.memory(UInt64(memory + 2049)): 200])
    #expect(
      counts(profile.total) == [
        "0xcf8:POUT": 3, "0xcfc:POUT": 3, "0xd0000000:W": 1, "0xd000000c:R": 1, "0xf4:POUT": 1,
      ])
  }

  @Test("The exits of all processors are in one profile")
  func processors() throws {
    // At 0x8000, by the second processor: mov cx, 100; again: out 0x80, al; loop again; out 0xf4, al
    let code =
      ProtectedCode.store(0x8000, 0xE600_64B9) + ProtectedCode.store(0x8004, 0xE6FC_E280)
      + ProtectedCode.store(0x8008, 0xF4F4_F4F4) + ProtectedCode.store(0xFEE0_00F0, 0x1FF)
      + ProtectedCode.store(0xFEE0_0310, 1 << 24) + ProtectedCode.store(0xFEE0_0300, 0x4500)
      + ProtectedCode.store(0xFEE0_0300, 0x4608) + ProtectedCode.spin
    var configuration = BoardConfiguration(firmware: try WindowFirmware.image(code), memory: 2)
    configuration.hasInterruptControllers = true
    configuration.processorCount = 2
    var board = try Board(configuration, on: System(), serialOutput: Recording())
    board.profile = ExitProfile()
    let start = try board.statistics()
    guard case .debugExit = try board.run(limit: .hangLimit) else {
      Issue.record("the guest has not ended by itself")
      return
    }
    let measured = board.profile
    let profile = try #require(measured)
    #expect(profile.total.accesses[ProfiledAccess(.port(0x80), .write)]?.count == 100)
    #expect(profile.total.exitCount == board.exitCount)
    let counts = KernelCounts(from: start, to: try board.statistics())
    #expect(counts.differences?.count == 3)
  }

  @Test("A guest's marks divide its exits")
  func sections() throws {
    func mark(_ name: String) -> [UInt8] {
      (name + "\n").utf8.flatMap { [0xB0, $0, 0xE6, 0xED] as [UInt8] }  // mov al; out 0xed, al
    }
    let once: [UInt8] = [0xE6, 0x80]  // out 0x80, al
    let code = once + mark("a") + once + once + mark("b") + once + mark("a") + once + mark("")
    let profile = try profile(rom(code + once + [0xF4]), ending: .halted)
    #expect(
      profile.sections.map { [$0.name: counts($0)] } == [
        ["": ["0x80:POUT": 2, "0xed:POUT": 7, "other": 1]], ["a": ["0x80:POUT": 3]],
        ["b": ["0x80:POUT": 1]],
      ])
  }

  @Test("Without a profile the marks change nothing")
  func unprofiled() throws {
    // mov al, 'a'; out 0xed, al; mov al, 10; out 0xed, al; in al, 0xed; out 0xf4, al
    var board = try Board(
      BoardConfiguration(
        firmware: rom([
          0xB0, 0x61, 0xE6, 0xED, 0xB0, 0x0A, 0xE6, 0xED, 0xE4, 0xED, 0xE6, 0xF4,
        ]), memory: 2), on: System(), serialOutput: Recording())
    #expect(try board.run(limit: .hangLimit) == .debugExit(0xFF))
    #expect(board.profile == nil && board.exitCount == 4)
  }

  @Test("KVM's counts of a run are those of its guest")
  func kernelCounts() throws {
    var board = try Board(
      BoardConfiguration(
        firmware: WindowFirmware.image(
          [0xB9] + WindowFirmware.little(50)  // mov ecx, 50
            + [0xA1] + WindowFirmware.little(0xB000_0000)  // mov eax, [0xb0000000]
            + [0x49, 0x75, 0xF8, 0xE6, 0xF4]),  // dec ecx; jnz; out 0xf4, al
        memory: 2), on: System(), serialOutput: Recording())
    let start = try board.statistics()
    #expect(try board.run(limit: .hangLimit) == .debugExit(0x86))
    let differences = KernelCounts(from: start, to: try board.statistics()).differences
    let processor = try #require(differences?.last)
    #expect(processor.source.hasSuffix("/vcpu-0"))
    #expect(processor[.memoryExits] == 50)
  }

  @Test("Writes that a ring collects and doorbells take are counted with the exits they save")
  func collected() throws {
    let system = try System()
    let machine = try system.createMachine()
    let memory = try GuestMemory(count: 65536)
    // mov cx, 170; again: out 0x70, al; out 0x80, al; loop again; hlt
    memory.write([0xB9, 0xAA, 0x00, 0xE6, 0x70, 0xE6, 0x80, 0xE2, 0xFA, 0xF4], at: 0xFFF0)
    try machine.setSlot(0, to: MemorySlot(address: 0xFFFF_0000, memory: memory))
    try machine.addCoalescedZone(CoalescedZone(.port(0x70), count: 1))
    let doorbell = Doorbell(.port(0x80), .width(.byte))
    let event = try EventDescriptor()
    try machine.assign(doorbell, to: event)
    var processor = try machine.createVirtualCPU()

    var profile = ExitProfile()
    var exit: Exit
    repeat {
      exit = try processor.run { (write) throws(KVMError) in profile.record(write) }
      profile.record(exit, nanoseconds: 1)
    } while exit != .halt
    profile.record(doorbell, count: try event.takeCount())

    let access = ProfiledAccess(.port(0x70), .write)
    #expect(counts(profile.total) == ["0x70:POUT": 1, "other": 1])
    #expect(
      profile.total.savings(profile.total.coalescedWrites)
        == [Saving(access: access, writes: 170, exits: 1)])
    #expect(
      profile.total.savings(profile.total.doorbellWrites)
        == [Saving(access: ProfiledAccess(.port(0x80), .write), writes: 170, exits: 0)])
  }
}
