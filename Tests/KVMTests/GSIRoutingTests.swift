import Glibc
import KVM
import Synchronization
import TestSupport
import Testing

@Suite("GSI routing", .needsKVM, .hangLimit)
struct GSIRoutingTests {
  @Test("The standard table is what a machine starts with")
  func standard() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 12, to: event)
    try event.signal()
    #expect(try guest.run(until: [0x2C: 1]) == [0x2C: 1])
    try guest.machine.setRouting(.standard)
    try event.signal()
    #expect(try guest.run(until: [0x2C: 2]) == [0x2C: 2])
    #expect(GSIRouting.standard.routes.count == 40)
  }

  @Test("A route changes while its counter is assigned: the next event takes the new one")
  func change() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 4, to: event)
    try event.signal()
    #expect(try guest.run(until: [0x24: 1]) == [0x24: 1])
    try guest.machine.setRouting(GSIRouting([.init(gsi: 4, to: .pic(pin: 5))]))
    try event.signal()
    #expect(try guest.run(until: [0x24: 1, 0x25: 1]) == [0x24: 1, 0x25: 1])
    try guest.machine.setRouting(GSIRouting([.init(gsi: 4, to: .pic(pin: 14))]))
    try event.signal()
    #expect(try guest.run(until: [0x24: 1, 0x25: 1, 0x2E: 1]) == [0x24: 1, 0x25: 1, 0x2E: 1])
    try guest.machine.setRouting(
      GSIRouting([.init(gsi: 4, to: .msi(MSIMessage(vector: 0x51)))]))
    try event.signal()
    try guest.run()
    #expect(guest.counts == [0x24: 1, 0x25: 1, 0x2E: 1, 0x51: 1])
  }

  @Test("An event without a route is lost, and nothing else; a table that is set again works")
  func emptyTable() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 4, to: event)
    try guest.machine.setRouting(GSIRouting())
    try event.signal()
    // Routes to pins are looked up after the event, by another thread of the kernel's: wait for it.
    try guest.machine.deassignInterrupt(gsi: 4, from: event)
    try guest.machine.setRouting(.standard)
    try guest.machine.assignInterrupt(gsi: 4, to: event)
    try guest.run()
    #expect(guest.counts == [:])
    try event.signal()
    #expect(try guest.run(until: [0x24: 1]) == [0x24: 1])
  }

  @Test("Too many routes, inputs that do not exist and routes that exclude each other are refused")
  func refusals() throws {
    let system = try System()
    let machine = try system.createMachine()
    try machine.createInterruptControllers()
    let limit = UInt32(try system.check(.interruptRouting))
    func error(_ routes: [GSIRouting.Route]) -> Int32? {
      errorOf { () throws(KVMError) in try machine.setRouting(GSIRouting(routes)) }?.errno
    }
    let message = GSIRouting.Destination.msi(MSIMessage(vector: 0x51))
    #expect(error((0..<limit).map { .init(gsi: $0, to: message) }) == nil)
    #expect(error((0...limit).map { .init(gsi: $0 % limit, to: message) }) == EINVAL)
    #expect(error([.init(gsi: limit, to: message)]) == EINVAL)
    #expect(error([.init(gsi: 0, to: .pic(pin: 15)), .init(gsi: 0, to: .ioapic(pin: 23))]) == nil)
    #expect(error([.init(gsi: 0, to: .pic(pin: 16))]) == EINVAL)
    #expect(error([.init(gsi: 0, to: .ioapic(pin: 24))]) == EINVAL)
    #expect(
      error([.init(gsi: 0, to: .ioapic(pin: 1)), .init(gsi: 0, to: .ioapic(pin: 2))]) == EINVAL)
    #expect(error([.init(gsi: 0, to: .ioapic(pin: 1)), .init(gsi: 0, to: message)]) == EINVAL)
  }

  @Test("While the guest spins, each event arrives once, by the route that held when it came")
  func changesBetweenEvents() throws {
    let load = try RoutingLoad()
    defer { load.kick() }
    for turn in 1...200 {
      try load.route(to: 0x51)
      try load.event.signal()
      try #require(eventually { load.count(of: 0x51) == turn })
      try load.route(to: 0x52)
      try load.event.signal()
      try #require(eventually { load.count(of: 0x52) == turn })
    }
    #expect(try load.stop() == [0x51: 200, 0x52: 200])
  }

  @Test("While routes change all the time, no event is lost and none comes twice")
  func changesDuringEvents() throws {
    let load = try RoutingLoad()
    let isOver = Count()
    let changes = Count()
    let changer = Thread {
      while isOver.value == 0 {
        try? load.route(to: changes.value % 2 == 0 ? 0x51 : 0x52)
        changes.increment()
      }
    }
    defer {
      isOver.increment()
      changer.join()
      load.kick()
    }
    for event in 1...200 {
      // Not before the table has changed once more since the event before.
      let before = changes.value
      try #require(eventually { changes.value > before })
      try load.event.signal()
      try #require(eventually { load.count(of: 0x51) + load.count(of: 0x52) == event })
    }
    let counts = try load.stop()
    #expect(counts.values.reduce(0, +) == 200)
    #expect(Set(counts.keys).isSubset(of: [0x51, 0x52]))
  }
}

/// A guest that spins in a thread of its own, and an event that is its interrupt.
private final class RoutingLoad: @unchecked Sendable {
  private static let gsi = 24 as UInt32
  private static let code = InterruptGuest.startLocalAPIC + InterruptGuest.spin

  private let machine: Machine
  let event: EventDescriptor
  /// Ends the guest whatever it does.
  let kick: Kick
  private let memory: GuestMemory
  private let thread: RunningThread

  init() throws {
    var guest = try InterruptGuest(Self.code)
    try guest.run(ticks: 1)
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: Self.gsi, to: event)
    kick = guest.processor.kick
    memory = guest.memory
    machine = guest.machine
    self.event = event
    thread = try RunningThread(guest.processor)
  }

  func route(to vector: UInt8) throws {
    try machine.setRouting(
      GSIRouting([.init(gsi: Self.gsi, to: .msi(MSIMessage(vector: vector)))]))
  }

  func count(of vector: UInt8) -> Int { InterruptGuest.count(of: vector, in: memory) }

  /// Ends the guest.
  ///
  /// - Returns: The interrupts it has got, and none more in the next turns of its loop.
  func stop() throws -> [UInt8: Int] {
    // jmp $ becomes the jump back to out 0x80, al.
    memory.store(0xFC as UInt8, at: TinyGuest.origin + Self.code.count - 1)
    var processor = thread.join()
    #expect(thread.exit == InterruptGuest.tickExit)
    for _ in 0..<8 { #expect(try processor.run() == InterruptGuest.tickExit) }
    return InterruptGuest.counts(in: memory)
  }
}

/// A number that threads share.
final class Count: Sendable {
  private let atomic = Atomic<Int>(0)
  var value: Int { atomic.load(ordering: .sequentiallyConsistent) }
  func increment() { atomic.add(1, ordering: .sequentiallyConsistent) }
}
