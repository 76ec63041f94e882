import CLinux
import Glibc
import TestSupport
import Testing

@testable import KVM

@Suite("Coalesced writes", .needsKVM, .hangLimit)
struct CoalescedTests {
  /// The zone of most tests: 16 bytes at offset 0x10 of the data segment.
  private static let zone = CoalescedZone(.memory(0xD0010), count: 16)
  /// The index port of a real-time clock.
  private static let indexPort = CoalescedZone(.port(0x70), count: 1)

  private func guest(
    _ code: [UInt8], _ zones: CoalescedZone...
  ) throws -> TinyGuest {
    let guest = try TinyGuest(Code.dataSegment + code + Code.halt)
    for zone in zones { try guest.machine.addCoalescedZone(zone) }
    return guest
  }

  /// What ``Code/storeDown(from:at:)`` and ``Code/outputDown(from:to:)`` write, as events.
  private func countdown(
    _ values: ClosedRange<UInt64>, _ event: (UInt64) -> Event
  ) -> [Event] {
    values.reversed().map { event($0 & 0xFF) }
  }

  private func inZone(_ value: UInt64) -> Event { .coalesced(0xD0010, size: 1, value) }
  private func atIndexPort(_ value: UInt64) -> Event { .coalesced(port: 0x70, size: 1, value) }

  // MARK: Zones

  @Test(
    "A zone contains those whose addresses are all its own",
    arguments: [
      (CoalescedZone(.memory(0xD0010), count: 16), true),
      (CoalescedZone(.memory(0xD001F), count: 1), true),
      (CoalescedZone(.memory(0xD0010), count: 17), false),
      (CoalescedZone(.memory(0xD000F), count: 2), false),
      (CoalescedZone(.memory(0xD0020), count: 1), false),
      (CoalescedZone(.memory(.max), count: 1), false),
      (CoalescedZone(.port(0x10), count: 1), false),
    ])
  func contents(other: CoalescedZone, isInside: Bool) {
    #expect(Self.zone.contains(other) == isInside)
  }

  // MARK: Entries

  @Test("Writes of all widths are collected in order, with address, size and bytes")
  func entries() throws {
    var guest = try guest(
      Code.store(0x11, size: 1, at: 0x1F) + Code.store(0x2233, size: 2, at: 0x11)
        + Code.store(0x4455_6677, size: 4, at: 0x10),
      Self.zone)
    let events = try guest.trace()
    #expect(
      events == [
        .coalesced(0xD001F, size: 1, 0x11), .coalesced(0xD0011, size: 2, 0x2233),
        .coalesced(0xD0010, size: 4, 0x4455_6677), .end(.halt),
      ])
    guard events.count == 4, case .coalesced(let write) = events[2] else { return }
    #expect(write.bytes == [0x77, 0x66, 0x55, 0x44])
  }

  @Test(
    "The ring is handed over before the next exit, whatever that is",
    arguments: [
      (Code.store(0x99, size: 1, at: 0x40), Event.memoryWrite(0xD0040, size: 1, 0x99)),
      (Code.load(size: 1, at: 0x40), .memoryRead(0xD0040, size: 1)),
      (Code.load(size: 1, at: 0x10), .memoryRead(0xD0010, size: 1)),
      (Code.output(size: 1, to: 0x80), .portWrite(0x80, size: 1, [0])),
      (Code.input(size: 1, from: 0x80), .portRead(0x80, size: 1)),
      (Code.halt, .end(.halt)),
    ])
  func order(code: [UInt8], exit: Event) throws {
    var guest = try guest(
      Code.store(1, size: 1, at: 0x10) + Code.store(2, size: 1, at: 0x11) + code, Self.zone)
    #expect(
      try guest.step() == [.coalesced(0xD0010, size: 1, 1), .coalesced(0xD0011, size: 1, 2), exit])
  }

  @Test("A run that a kick ends hands over what came before")
  func kicked() throws {
    var guest = try guest(Code.store(1, size: 1, at: 0x10), Self.zone)
    #expect(try guest.processor.run() == .halt)
    guest.processor.kick()
    #expect(try guest.step() == [.coalesced(0xD0010, size: 1, 1), .end(.interrupted)])
  }

  @Test("Reads of a zone are not collected")
  func reads() throws {
    var guest = try guest(
      Code.load(size: 2, at: 0x10) + Code.input(size: 1, from: 0x70), Self.zone, Self.indexPort)
    #expect(
      try guest.trace() == [
        .memoryRead(0xD0010, size: 2), .portRead(0x70, size: 1), .end(.halt),
      ])
  }

  @Test("An error of the handler takes the exit's place and leaves the younger writes in the ring")
  func throwingHandler() throws {
    let stores = (0..<3 as Range<UInt32>).flatMap { Code.store($0, size: 1, at: 0x10) }
    var guest = try guest(stores, Self.zone)
    var seen: [UInt64] = []
    let refusal = KVMError(call: "test", errno: EIO)
    #expect(throws: refusal) {
      try guest.processor.run { (write) throws(KVMError) in
        seen.append(write.value)
        if write.value == 1 { throw refusal }
      }
    }
    #expect(seen == [0, 1])
    guest.processor.coalescedRing.drain { seen.append($0.value) }
    #expect(seen == [0, 1, 2])
  }

  // MARK: The ring

  @Test("The ring takes 169 writes; the next one exits with its own value")
  func capacity() throws {
    #expect(CoalescedRing.capacity == 169)
    var guest = try guest(Code.storeDown(from: 171, at: 0x10), Self.zone)
    #expect(
      try guest.trace()
        == countdown(3...171, inZone) + [.memoryWrite(0xD0010, size: 1, 2), inZone(1), .end(.halt)])
  }

  @Test("The ring fills from any index", arguments: [1, 100, 169] as [UInt32])
  func wrap(start: UInt32) throws {
    var guest = try guest(Code.storeDown(from: 170, at: 0x10), Self.zone)
    guest.processor.coalescedRing.indices = (start, start)
    #expect(try guest.processor.run() == .memoryWrite(.init(address: 0xD0010, size: 1), value: 1))
    #expect(guest.processor.coalescedRing.indices == (start, start - 1))
    var events: [Event] = []
    guest.processor.coalescedRing.drain { events.append(.coalesced($0)) }
    #expect(events == countdown(2...170, inZone))
    #expect(guest.processor.coalescedRing.indices == (start - 1, start - 1))
  }

  @Test("While the ring is full every write exits, and what is in it stays older than that")
  func full() throws {
    var guest = try guest(Code.storeDown(from: 200, at: 0x10), Self.zone)
    for value in (1...31 as ClosedRange<UInt64>).reversed() {
      #expect(
        try guest.processor.run() == .memoryWrite(.init(address: 0xD0010, size: 1), value: value))
    }
    #expect(try guest.trace() == countdown(32...200, inZone) + [.end(.halt)])
  }

  @Test("With an index outside of the ring KVM writes nowhere and exits")
  func damagedIndex() throws {
    var guest = try guest(Code.store(0x5A, size: 1, at: 0x10), Self.zone)
    guest.processor.coalescedRing.indices = (0, 100_000)
    #expect(
      try guest.processor.run() == .memoryWrite(.init(address: 0xD0010, size: 1), value: 0x5A))
    #expect(guest.processor.coalescedRing.indices == (0, 100_000))
  }

  @Test(
    "A ring whose indices were overwritten is not read",
    arguments: [[0, 170], [170, 0], [.max, 0]] as [[UInt32]])
  func damagedRing(indices: [UInt32]) async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [indices] in
      let guest = try TinyGuest(Code.halt)
      let ring = guest.processor.coalescedRing
      ring.indices = (indices[0], indices[1])
      ring.drain { _ in }
    }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(output.contains("index \(max(indices[0], indices[1])) in a ring of 170"))
  }

  // MARK: Ports

  @Test("Writes to a port are collected, 169 at most, and handed over before a read of another")
  func port() throws {
    var guest = try guest(
      Code.outputDown(from: 171, to: 0x70) + Code.input(size: 1, from: 0x71), Self.indexPort)
    #expect(
      try guest.trace()
        == countdown(3...171, atIndexPort)
        + [.portWrite(0x70, size: 1, [2]), atIndexPort(1), .portRead(0x71, size: 1), .end(.halt)])
  }

  @Test("A write that is wider than the zone exits as a whole")
  func wideOutput() throws {
    var guest = try guest(
      Code.output(0x1122_3344, size: 2, to: 0x70) + Code.output(0x1122_3344, size: 4, to: 0x70)
        + Code.output(0x1122_3344, size: 1, to: 0x70),
      Self.indexPort)
    #expect(
      try guest.trace() == [
        .portWrite(0x70, size: 2, [0x3344]), .portWrite(0x70, size: 4, [0x1122_3344]),
        .coalesced(port: 0x70, size: 1, 0x44), .end(.halt),
      ])
  }

  @Test("A string output of 200 bytes loses none where the ring fills up in between")
  func stringOutput() throws {
    // xor ax, ax; mov ds, ax; mov si, 0x2000; mov cx, 200; mov dx, 0x70; cld; rep outsb
    var guest = try guest(
      [
        0x31, 0xC0, 0x8E, 0xD8, 0xBE, 0x00, 0x20, 0xB9, 0xC8, 0x00, 0xBA, 0x70, 0x00, 0xFC, 0xF3,
        0x6E,
      ], Self.indexPort)
    guest.memory.write((0..<200).map { UInt8($0) }, at: 0x2000)
    #expect(
      try guest.trace()
        == (0..<169).map(atIndexPort) + [.portWrite(0x70, size: 1, [169])]
        + (170..<200).map(atIndexPort) + [.end(.halt)])
  }

  @Test("Memory and ports share one ring, which keeps their order")
  func mixed() throws {
    var guest = try guest(
      Code.store(1, size: 1, at: 0x10) + Code.output(2, size: 1, to: 0x70)
        + Code.store(3, size: 1, at: 0x10) + Code.output(4, size: 1, to: 0x70),
      Self.zone, Self.indexPort)
    #expect(
      try guest.trace() == [inZone(1), atIndexPort(2), inZone(3), atIndexPort(4), .end(.halt)])
  }

  // MARK: Zones

  @Test("A write that straddles an end of the zone exits as a whole")
  func straddling() throws {
    var guest = try guest(
      Code.store(0x1122_3344, size: 4, at: 0x1E) + Code.store(0x5566, size: 2, at: 0x0F),
      Self.zone)
    #expect(
      try guest.trace() == [
        .memoryWrite(0xD001E, size: 4, 0x1122_3344), .memoryWrite(0xD000F, size: 2, 0x5566),
        .end(.halt),
      ])
  }

  @Test("Of zones that overlap, one that holds the whole write is enough")
  func overlapping() throws {
    var guest = try guest(
      Code.store(0x1122_3344, size: 4, at: 0x06) + Code.store(0x5566_7788, size: 4, at: 0x0A),
      CoalescedZone(.memory(0xD0000), count: 8), CoalescedZone(.memory(0xD0004), count: 8))
    #expect(
      try guest.trace() == [
        .coalesced(0xD0006, size: 4, 0x1122_3344), .memoryWrite(0xD000A, size: 4, 0x5566_7788),
        .end(.halt),
      ])
  }

  @Test("A zone that was added twice is removed at once")
  func duplicate() throws {
    let store = Code.store(1, size: 1, at: 0x10) + Code.halt
    var guest = try guest(store + store, Self.zone, Self.zone)
    #expect(try guest.trace() == [inZone(1), .end(.halt)])
    try guest.machine.removeCoalescedZones(containing: Self.zone)
    #expect(try guest.trace() == [.memoryWrite(0xD0010, size: 1, 1), .end(.halt)])
  }

  @Test(
    "Removing a part removes the whole zone, anything else nothing, and neither is an error",
    arguments: [
      (CoalescedZone(.memory(0xD0014), count: 2), true),
      (CoalescedZone(.memory(0xD001F), count: 1), true),
      (CoalescedZone(.memory(0xD0000), count: 4096), false),
      (CoalescedZone(.memory(0xD001F), count: 2), false),
      (CoalescedZone(.memory(0xE0000), count: 16), false),
      (CoalescedZone(.port(0x10), count: 16), false),
    ])
  func removal(range: CoalescedZone, removes: Bool) throws {
    var guest = try guest(Code.store(1, size: 1, at: 0x10), Self.zone)
    try guest.machine.removeCoalescedZones(containing: range)
    #expect(
      try guest.trace()
        == [removes ? .memoryWrite(0xD0010, size: 1, 1) : inZone(1), .end(.halt)])
  }

  @Test("A zone for memory is no zone for ports, not even at the same address")
  func spaces() throws {
    var guest = try guest(
      Code.output(1, size: 1, to: 0x70), CoalescedZone(.memory(0x70), count: 1))
    #expect(try guest.trace() == [.portWrite(0x70, size: 1, [1]), .end(.halt)])
    try guest.machine.addCoalescedZone(Self.indexPort)
    try guest.machine.removeCoalescedZones(containing: .init(.memory(0x70), count: 1))
    try guest.processor.setRegisters(.atOrigin)
    #expect(try guest.trace() == [atIndexPort(1), .end(.halt)])
  }

  @Test("Zones of no size and zones past the end of memory are taken, but no third address space")
  func oddities() throws {
    var guest = try guest(
      Code.store(1, size: 1, at: 0x10), CoalescedZone(.memory(0xD0010), count: 0),
      CoalescedZone(.memory(.max), count: 16), CoalescedZone(.port(0xFFFF), count: 16))
    #expect(try guest.trace() == [.memoryWrite(0xD0010, size: 1, 1), .end(.halt)])
    var zone = Self.zone.structure
    zone.pio = 2
    #expect(
      throws: KVMError(call: "KVM_REGISTER_COALESCED_MMIO", argument: "pio 2", errno: EINVAL)
    ) {
      try guest.machine.core.descriptor.request(
        CLINUX_KVM_REGISTER_COALESCED_MMIO, "KVM_REGISTER_COALESCED_MMIO", structure: &zone,
        argument: "pio 2")
    }
  }

  @Test("A thousand zones for memory and a thousand for ports; the next one is refused")
  func limit() throws {
    let guest = try TinyGuest(Code.halt)
    for index in 0..<1000 as Range<UInt64> {
      try guest.machine.addCoalescedZone(.init(.memory(0xD0000 + 4 * index), count: 4))
      try guest.machine.addCoalescedZone(.init(.port(UInt16(index)), count: 1))
    }
    #expect(
      throws: KVMError(
        call: "KVM_REGISTER_COALESCED_MMIO", argument: "4 at memory 0xe0000", errno: ENOSPC)
    ) { try guest.machine.addCoalescedZone(.init(.memory(0xE0000), count: 4)) }
    #expect(
      throws: KVMError(
        call: "KVM_REGISTER_COALESCED_MMIO", argument: "1 at port 0x400", errno: ENOSPC)
    ) { try guest.machine.addCoalescedZone(.init(.port(0x400), count: 1)) }
  }

  @Test("A memory slot hides the zone below it for as long as it is there")
  func hidden() throws {
    let store = Code.store(1, size: 1, at: 0x10) + Code.halt
    var guest = try guest(store + store + store, Self.zone)
    let memory = try page(with: 0 as UInt8)
    #expect(try guest.trace() == [inZone(1), .end(.halt)])
    try guest.machine.setSlot(1, to: MemorySlot(address: 0xD0000, memory: memory))
    #expect(try guest.trace() == [.end(.halt)])
    #expect(memory.load(UInt8.self, at: 0x10) == 1)
    try guest.machine.removeSlot(1)
    #expect(try guest.trace() == [inZone(1), .end(.halt)])
  }

  @Test(
    "A doorbell takes what it matches out of a zone, added before or after it",
    arguments: [
      true, false,
    ])
  func doorbell(isFirst: Bool) throws {
    var guest = try guest(
      Code.store(0x1122, size: 2, at: 0x10) + Code.store(0x33, size: 1, at: 0x10)
        + Code.store(0x4455, size: 2, at: 0x12))
    if !isFirst { try guest.machine.addCoalescedZone(Self.zone) }
    let bell = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(0xD0010), .width(.word)), to: bell)
    if isFirst { try guest.machine.addCoalescedZone(Self.zone) }
    #expect(
      try guest.trace() == [
        .coalesced(0xD0010, size: 1, 0x33), .coalesced(0xD0012, size: 2, 0x4455), .end(.halt),
      ])
    #expect(try bell.takeCount() == 1)
  }

  // MARK: Several processors

  @Test("Processors share the ring, and it outlives the one that it came with")
  func shared() throws {
    let guest = try guest(Code.store(1, size: 1, at: 0x10), Self.zone)
    var second = try guest.machine.createVirtualCPU(id: 1)
    try second.startAtOrigin()
    var seen: [UInt64] = []
    #expect(try second.run() == .halt)
    let ring = guest.processor.coalescedRing
    #expect(ring === second.coalescedRing)
    ring.drain { seen.append($0.value) }
    #expect(seen == [1])
    _ = consume guest
    try second.startAtOrigin()
    #expect(try second.run { seen.append($0.value) } == .halt)
    #expect(seen == [1, 1])
  }

  @Test("A thread that finds another one handling the last write waits until it is handled")
  func handover() throws {
    let guest = try guest(Code.store(1, size: 1, at: 0x10), Self.zone)
    var second = try guest.machine.createVirtualCPU(id: 1)
    try second.startAtOrigin()
    #expect(try second.run() == .halt)
    let (begun, finished) = (Mailbox<Bool>(), Mailbox<Bool>())
    let thread = try ProcessorThread(guest.processor) { processor in
      _ = begun.receive()
      processor.coalescedRing.drain { _ in }
      finished.send(true)
    }
    second.coalescedRing.drain { _ in
      begun.send(true)
      #expect(finished.receive(within: .milliseconds(100)) == nil)
    }
    #expect(finished.receive() == true)
    try thread.join()
  }

  @Test("Two processors on two threads: all writes of each are handled, each one's in order")
  func concurrent() throws {
    // again: inc ax; mov [0x10], ax; cmp ax, 5000; jne again; hlt
    let code = { (offset: UInt8) -> [UInt8] in
      Code.dataSegment + [0x31, 0xC0, 0x40, 0xA3, offset, 0x00, 0x3D, 0x88, 0x13, 0x75, 0xF7, 0xF4]
    }
    let guest = try TinyGuest(code(0x10))
    guest.memory.write(code(0x12), at: 0x1800)
    try guest.machine.addCoalescedZone(Self.zone)
    let second = try guest.machine.createVirtualCPU(id: 1)
    try second.startAtOrigin(plus: 0x800)
    let writes = Log()
    let work: @Sendable (inout VirtualCPU) throws -> Void = { processor in
      while true {
        switch try processor.run(draining: { writes.append($0) }) {
        case .memoryWrite(let access, let value):
          writes.append(
            CoalescedWrite(.memory(access.address), size: access.size, value: value))
        case .halt: return
        case let exit:
          Issue.record("\(exit)")
          return
        }
      }
    }
    let threads = [try ProcessorThread(guest.processor, work), try ProcessorThread(second, work)]
    for thread in threads { try thread.join() }
    for address in [0xD0010, 0xD0012] as [UInt64] {
      let values = writes.all.filter { $0.address == .memory(address) }.map(\.value)
      #expect(values == Array(1...5000), "writes to \(address)")
    }
    #expect(writes.all.count == 10_000)
  }
}

extension VirtualCPU {
  /// Puts a processor where the first one of a ``TinyGuest`` starts, or somewhat further.
  func startAtOrigin(plus distance: UInt64 = 0) throws {
    var special = try specialRegisters()
    special.cs.base = 0
    special.cs.selector = 0
    try setSpecialRegisters(special)
    var registers = Registers.atOrigin
    registers.rip += distance
    try setRegisters(registers)
  }
}

extension Registers {
  /// Those that a ``TinyGuest`` starts with.
  static var atOrigin: Registers {
    var registers = Registers()
    registers.rip = UInt64(TinyGuest.origin)
    registers.rsp = UInt64(TinyGuest.origin)
    return registers
  }
}
