import KVM
import TestSupport
import Testing

@Suite("Statistics", .needsKVM, .hangLimit)
struct StatisticsTests {
  /// `mov ax, 0xd000; mov ds, ax; mov cx, 100; again: mov [0x10], ax; loop again; hlt`
  static let hundredWrites: [UInt8] = [
    0xB8, 0x00, 0xD0, 0x8E, 0xD8, 0xB9, 0x64, 0x00, 0xA3, 0x10, 0x00, 0xE2, 0xFB, 0xF4,
  ]

  @Test("A hundred writes to memory are a hundred exits, in user space and in KVM's count")
  func memoryExits() throws {
    var guest = try TinyGuest(Self.hundredWrites)
    let statistics = try guest.processor.statistics()
    let before = try statistics.snapshot()
    #expect(try guest.exits().count == 100)
    let difference = try statistics.snapshot() - before
    #expect(difference[.memoryExits] == 100)
    #expect(try #require(difference[.exits]) >= 1)
  }

  @Test("A hundred writes to a doorbell are no exit to user space")
  func doorbell() throws {
    var guest = try TinyGuest(Self.hundredWrites)
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(0xD0010), .width(.word)), to: event)
    let statistics = try guest.processor.statistics()
    let before = try statistics.snapshot()
    #expect(try guest.exits() == [])
    #expect(try (statistics.snapshot() - before)[.memoryExits] == 0)
    #expect(try event.takeCount() == 100)
  }

  @Test("A snapshot is taken of a processor that runs, from another thread")
  func running() throws {
    // mov ax, 0xd000; mov ds, ax; again: mov [0x10], ax; jmp again
    let guest = try TinyGuest([0xB8, 0x00, 0xD0, 0x8E, 0xD8, 0xA3, 0x10, 0x00, 0xEB, 0xFB])
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(0xD0010), .width(.word)), to: event)
    let statistics = try guest.processor.statistics()
    let kick = guest.processor.kick
    let thread = try RunningThread(guest.intoProcessor())
    defer { kick() }
    #expect(try event.takeCount(waitingAtMost: .hangLimit) > 0)
    let before = try statistics.snapshot()
    kick()
    _ = thread.join()
    #expect(thread.exit == .interrupted)
    #expect(try (statistics.snapshot() - before)[.signalExits] == 1)
  }

  @Test("Machines and processors say what they count, and for whom")
  func fields() throws {
    let guest = try TinyGuest([0xF4])
    let machine = try guest.machine.statistics()
    let processor = try guest.processor.statistics()
    #expect(machine.source.hasPrefix("kvm-"))
    #expect(processor.source == machine.source + "/vcpu-0")
    #expect(machine.fields.contains { $0.name == "remote_tlb_flush" && $0.kind == .cumulative })
    #expect(machine.fields.contains { $0.name == "pages_4k" && $0.kind == .instant })
    let wait = try #require(processor.fields.first { $0.name == "halt_wait_ns" })
    #expect(wait.kind == .cumulative && wait.unit == .seconds)
    #expect(wait.scale == StatisticsField.Scale(radix: 10, exponent: -9))
    let histogram = try #require(processor.fields.first { $0.name == "halt_wait_hist" })
    #expect(histogram.kind == .logarithmicHistogram && histogram.unit == .seconds)
    #expect(Set(processor.fields.map(\.name)).count == processor.fields.count)
  }

  @Test("What this KVM does not count is not available, and never zero")
  func unavailable() throws {
    let guest = try TinyGuest([0xF4])
    let processor = try guest.processor.statistics().snapshot()
    let machine = try guest.machine.statistics().snapshot()
    #expect(processor["no_such_count"] == nil && processor.values(of: "no_such_count") == nil)
    #expect(machine[.exits] == nil)
    #expect((machine - machine)[.exits] == nil)
    // Several values are not one.
    #expect(processor["halt_wait_hist"] == nil)
    #expect(try #require(processor.values(of: "halt_wait_hist")).count > 1)
    #expect(processor.values(of: .exits)?.count == 1)
  }

  @Test("Counts are subtracted, levels stay as they were later")
  func subtraction() {
    let fields = [
      StatisticsField(name: "count"), StatisticsField(name: "level", kind: .instant),
      StatisticsField(name: "top", kind: .peak),
      StatisticsField(name: "linear", kind: .linearHistogram(bucketSize: 8)),
      StatisticsField(name: "logarithmic", kind: .logarithmicHistogram),
    ]
    func statistics(_ values: [[UInt64]]) -> Statistics {
      Statistics(source: "kvm-1", fields: fields, values: values)
    }
    #expect(
      statistics([[10], [2], [9], [1, 5], [8, 8, 8]])
        - statistics([[3], [7], [8], [1, 2], [0, 1, 2]])
        == statistics([[7], [2], [9], [0, 3], [8, 7, 6]]))
  }

  @Test("Between two moments without a run, nothing is counted")
  func nothing() throws {
    let guest = try TinyGuest([0xF4])
    let statistics = try guest.processor.statistics()
    let difference = try statistics.snapshot() - statistics.snapshot()
    #expect(difference.source == statistics.source && difference.fields == statistics.fields)
    for field in statistics.fields where field.kind == .cumulative {
      #expect(difference[field.name] == 0, "\(field.name)")
    }
  }

  @Test("The statistics of a machine and of a processor do not subtract")
  func mismatch() async {
    await #expect(processExitsWith: .failure) {
      let guest = try TinyGuest([0xF4])
      _ = try guest.machine.statistics().snapshot() - guest.processor.statistics().snapshot()
    }
  }
}
