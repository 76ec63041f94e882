import KVM
import Testing

/// What a guest does that a virtual machine monitor sees.
enum Event: Equatable {
  case coalesced(CoalescedWrite)
  case portRead(UInt16, size: Int)
  case portWrite(UInt16, size: Int, [UInt32])
  case memoryRead(UInt64, size: Int)
  case memoryWrite(UInt64, size: Int, UInt64)
  /// Any exit that is no access, which ends a trace.
  case end(Exit)

  /// A coalesced write to memory.
  static func coalesced(_ address: UInt64, size: Int, _ value: UInt64) -> Event {
    .coalesced(CoalescedWrite(.memory(address), size: size, value: value))
  }

  /// A coalesced write to a port.
  static func coalesced(port: UInt16, size: Int, _ value: UInt64) -> Event {
    .coalesced(CoalescedWrite(.port(port), size: size, value: value))
  }
}

extension TinyGuest {
  /// Runs until the next exit and tells the writes that were collected before it, and it.
  ///
  /// - Parameter answer: What a read reads.
  mutating func step(answering answer: UInt64 = 0) throws -> [Event] {
    var events: [Event] = []
    let exit = try processor.run { events.append(.coalesced($0)) }
    switch exit {
    case .portRead(let access):
      for index in 0..<access.count {
        processor.setPortValue(UInt32(truncatingIfNeeded: answer), at: index)
      }
      events.append(.portRead(access.port, size: access.size))
    case .portWrite(let access):
      let values = (0..<access.count).map { processor.portValue(at: $0) }
      events.append(.portWrite(access.port, size: access.size, values))
    case .memoryRead(let access):
      processor.setMemoryValue(answer)
      events.append(.memoryRead(access.address, size: access.size))
    case .memoryWrite(let access, let value):
      events.append(.memoryWrite(access.address, size: access.size, value))
    default: events.append(.end(exit))
    }
    return events
  }

  /// Runs until an exit that is no access and tells all that happened.
  ///
  /// - Parameter answer: What a read reads.
  mutating func trace(answering answer: UInt64 = 0) throws -> [Event] {
    var events: [Event] = []
    for _ in 0..<1000 {
      events += try step(answering: answer)
      if case .end = events.last { return events }
    }
    Issue.record("a guest that does not end")
    return events
  }

  /// The lowest 32 bits of RAX.
  var eax: UInt32 {
    get throws { UInt32(truncatingIfNeeded: try processor.registers().rax) }
  }

  /// The lowest 16 bits of RAX.
  var ax: UInt16 {
    get throws { UInt16(truncatingIfNeeded: try processor.registers().rax) }
  }
}

/// Memory of one page with a value at an offset.
func page<Value: FixedWidthInteger & BitwiseCopyable>(
  with value: Value, at offset: Int = 0x10
) throws -> GuestMemory {
  let memory = try GuestMemory(count: MemorySlot.pageSize)
  memory.store(value, at: offset)
  return memory
}
