import CLinux
import Glibc
import KVM
import TestSupport
import Testing

@Suite("Doorbells", .needsKVM, .hangLimit)
struct DoorbellTests {
  static let port = 0x600 as UInt16
  /// `mov dx, 0x600; mov eax, 0x11223344`
  static let loadPort: [UInt8] = [0xBA, 0x00, 0x06, 0x66, 0xB8, 0x44, 0x33, 0x22, 0x11]
  /// `out dx, al; out dx, ax; out dx, eax`
  static let writePort: [UInt8] = [0xEE, 0xEF, 0x66, 0xEF]
  static let portWrites: [Exit] = [1, 2, 4].map { .portWrite(PortAccess(port: port, size: $0)) }

  static let address = 0xD0010 as UInt64
  /// `mov ax, 0xd000; mov ds, ax; mov eax, 0x11223344`
  static let loadMemory: [UInt8] = [
    0xB8, 0x00, 0xD0, 0x8E, 0xD8, 0x66, 0xB8, 0x44, 0x33, 0x22, 0x11,
  ]
  /// `mov [0x10], al; mov [0x10], ax; mov [0x10], eax; movq [0x10], mm0`
  static let writeMemory: [UInt8] = [
    0xA2, 0x10, 0x00, 0xA3, 0x10, 0x00, 0x66, 0xA3, 0x10, 0x00, 0x0F, 0x7F, 0x06, 0x10, 0x00,
  ]
  static let memoryWrites: [Exit] = [
    .memoryWrite(MemoryAccess(address: address, size: 1), value: 0x44),
    .memoryWrite(MemoryAccess(address: address, size: 2), value: 0x3344),
    .memoryWrite(MemoryAccess(address: address, size: 4), value: 0x1122_3344),
    .memoryWrite(MemoryAccess(address: address, size: 8), value: 0),
  ]
  static let halt: [UInt8] = [0xF4]

  @Test(
    "A doorbell of one width on a port rings for writes of that width; others exit",
    arguments: [Doorbell.Width.byte, .word, .doubleword])
  func portWidth(width: Doorbell.Width) throws {
    var guest = try TinyGuest(Self.loadPort + Self.writePort + Self.halt)
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port), .width(width)), to: event)
    #expect(
      try guest.exits()
        == Self.portWrites.filter {
          $0 != .portWrite(PortAccess(port: Self.port, size: Int(width.rawValue)))
        })
    #expect(try event.takeCount() == 1)
  }

  @Test(
    "A doorbell of one width in memory rings for writes of that width; others exit",
    arguments: zip(Doorbell.Width.allCases, 0..<4))
  func memoryWidth(width: Doorbell.Width, index: Int) throws {
    var guest = try TinyGuest(Self.loadMemory + Self.writeMemory + Self.halt)
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(Self.address), .width(width)), to: event)
    var expected = Self.memoryWrites
    expected.remove(at: index)
    #expect(try guest.exits() == expected)
    #expect(try event.takeCount() == 1)
  }

  @Test("Reads exit and do not ring")
  func reads() throws {
    // in ax, dx; mov ax, [0x10]
    var guest = try TinyGuest(Self.loadPort + [0xED] + Self.loadMemory + [0xA1, 0x10, 0x00, 0xF4])
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port)), to: event)
    try guest.machine.assign(Doorbell(.memory(Self.address), .width(.word)), to: event)
    #expect(
      try guest.exits() == [
        .portRead(PortAccess(port: Self.port, size: 2)),
        .memoryRead(MemoryAccess(address: Self.address, size: 2)),
      ])
    #expect(try event.takeCount() == 0)
  }

  @Test("A read of a doorbell of any width in memory exits; under EPT it may ring instead")
  func readOfAnyWidth() throws {
    var guest = try TinyGuest(Self.loadMemory + [0xA1, 0x10, 0x00, 0xF4])  // mov ax, [0x10]
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.memory(Self.address)), to: event)
    let exits = try guest.exits()
    let rung = try event.takeCount()
    #expect(
      exits == [.memoryRead(MemoryAccess(address: Self.address, size: 2))] && rung == 0
        || exits == [] && rung == 1, "\(exits), rung \(rung) times")
  }

  @Test("With a value, only writes of the value ring")
  func value() throws {
    // mov al, 7; out dx, al; mov al, 8; out dx, al; mov [0x10], al; mov al, 7; mov [0x10], al
    var guest = try TinyGuest(
      Self.loadMemory + Self.loadPort + [
        0xB0, 0x07, 0xEE, 0xB0, 0x08, 0xEE, 0xA2, 0x10, 0x00, 0xB0, 0x07, 0xA2, 0x10, 0x00, 0xF4,
      ])
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port), .value(7, .byte)), to: event)
    try guest.machine.assign(Doorbell(.memory(Self.address), .value(7, .byte)), to: event)
    #expect(
      try guest.exits() == [
        .portWrite(PortAccess(port: Self.port, size: 1)),
        .memoryWrite(MemoryAccess(address: Self.address, size: 1), value: 8),
      ])
    #expect(try event.takeCount() == 2)
  }

  @Test("Two thousand values of one port have doorbells of their own")
  func manyValues() throws {
    // mov ax, 1999; out dx, ax; mov ax, 2000; out dx, ax; mov ax, 0; out dx, ax
    var guest = try TinyGuest(
      Self.loadPort + [
        0xB8, 0xCF, 0x07, 0xEF, 0xB8, 0xD0, 0x07, 0xEF, 0xB8, 0x00, 0x00, 0xEF, 0xF4,
      ]
    )
    let first = try EventDescriptor()
    let between = try EventDescriptor()
    let last = try EventDescriptor()
    for value in 0..<2000 as Range<UInt64> {
      let doorbell = Doorbell(.port(Self.port), .value(value, .word))
      switch value {
      case 0: try guest.machine.assign(doorbell, to: first)
      case 1999: try guest.machine.assign(doorbell, to: last)
      default: try guest.machine.assign(doorbell, to: between)
      }
    }
    #expect(try guest.exits() == [.portWrite(PortAccess(port: Self.port, size: 2))])
    #expect(try [first.takeCount(), between.takeCount(), last.takeCount()] == [1, 0, 1])
  }

  @Test(
    "Two doorbells that take some of the same writes are refused, others are not",
    arguments: [
      (Doorbell.Match.width(.word), Doorbell.Match.width(.word), EEXIST as Int32?),
      (.width(.word), .value(1, .word), EEXIST),
      (.value(1, .word), .width(.word), EEXIST),
      (.value(1, .word), .value(1, .word), EEXIST),
      (.anyWidth, .width(.word), EEXIST),
      (.value(1, .word), .anyWidth, EEXIST),
      (.value(1, .word), .value(2, .word), nil),
      (.width(.word), .width(.doubleword), nil),
      (.width(.word), .value(1, .doubleword), nil),
    ])
  func collisions(first: Doorbell.Match, second: Doorbell.Match, expected: Int32?) throws {
    let machine = try System().createMachine()
    let event = try EventDescriptor()
    for address in [IOAddress.port(Self.port), .memory(Self.address)] {
      try machine.assign(Doorbell(address, first), to: event)
      let doorbell = Doorbell(address, second)
      let error = errorOf { () throws(KVMError) in try machine.assign(doorbell, to: event) }
      #expect(
        error
          == expected.map {
            KVMError(call: "KVM_IOEVENTFD", argument: "assign \(doorbell)", errno: $0)
          })
    }
    // The same port number is another place than the address.
    try machine.assign(Doorbell(.memory(UInt64(Self.port)), first), to: event)
  }

  @Test("A doorbell of any width rings for every width at its address, and at no other")
  func anyWidth() throws {
    // add dx, 4; out dx, al; mov [0x14], eax
    var guest = try TinyGuest(
      Self.loadMemory + Self.writeMemory + Self.loadPort + Self.writePort + [
        0x83, 0xC2, 0x04, 0xEE, 0x66, 0xA3, 0x14, 0x00, 0xF4,
      ])
    let ports = try EventDescriptor()
    let memory = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port)), to: ports)
    try guest.machine.assign(Doorbell(.memory(Self.address)), to: memory)
    #expect(
      try guest.exits() == [
        .portWrite(PortAccess(port: Self.port + 4, size: 1)),
        .memoryWrite(MemoryAccess(address: Self.address + 4, size: 4), value: 0x1122_3344),
      ])
    #expect(try [ports.takeCount(), memory.takeCount()] == [3, 4])
  }

  @Test("What the interface does not take is refused by KVM with these errors")
  func rawContract() throws {
    let machine = try RawMachine()
    let event = try EventDescriptor()
    func result(_ change: (inout kvm_ioeventfd) -> Void) -> Int32 {
      var structure = kvm_ioeventfd()
      structure.addr = UInt64(Self.port)
      structure.len = 2
      structure.fd = event.fileDescriptor
      structure.flags = CLINUX_KVM_IOEVENTFD_FLAG_PIO
      change(&structure)
      return machine.request(CLINUX_KVM_IOEVENTFD, structure)
    }
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(
      result {
        $0.len = 0
        $0.flags |= CLINUX_KVM_IOEVENTFD_FLAG_DATAMATCH
      } == EINVAL)
    #expect(result { $0.len = 3 } == EINVAL)
    #expect(result { $0.len = 16 } == EINVAL)
    #expect(result { $0.flags |= 1 << 8 } == EINVAL)
    #expect(result { $0.addr = .max } == EINVAL)
    #expect(result { $0.fd = -1 } == EBADF)
    #expect(result { $0.fd = null } == EINVAL)
    #expect(result { _ in } == 0)
  }

  @Test("The end of the address space is refused with the call, the doorbell and the error number")
  func wrap() throws {
    let machine = try System().createMachine()
    let event = try EventDescriptor()
    #expect(
      throws: KVMError(
        call: "KVM_IOEVENTFD", argument: "assign memory 0xffffffffffffffff, width 4, value 0x7",
        errno: EINVAL)
    ) { try machine.assign(Doorbell(.memory(.max), .value(7, .doubleword)), to: event) }
  }

  @Test("Eight bytes at a port, and a value wider than the width, are accepted and never ring")
  func neverRinging() throws {
    var guest = try TinyGuest(Self.loadPort + Self.writePort + Self.halt)
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port), .width(.quadword)), to: event)
    try guest.machine.assign(Doorbell(.port(Self.port), .value(0x144, .byte)), to: event)
    #expect(try guest.exits() == Self.portWrites)
    #expect(try event.takeCount() == 0)
  }

  @Test("A doorbell is taken away with its own counter and match only, and only once")
  func deassignment() throws {
    let machine = try System().createMachine()
    let event = try EventDescriptor()
    let other = try EventDescriptor()
    let doorbell = Doorbell(.port(Self.port), .value(7, .word))
    try machine.assign(doorbell, to: event)
    func error(
      _ doorbell: Doorbell, _ event: borrowing EventDescriptor
    ) -> KVMError? {
      do throws(KVMError) {
        try machine.deassign(doorbell, from: event)
        return nil
      } catch { return error }
    }
    func missing(_ doorbell: Doorbell) -> KVMError {
      KVMError(call: "KVM_IOEVENTFD", argument: "deassign \(doorbell)", errno: ENOENT)
    }
    #expect(error(doorbell, other) == missing(doorbell))
    for wrong in [
      Doorbell(.port(Self.port), .value(8, .word)), Doorbell(.port(Self.port), .value(7, .byte)),
      Doorbell(.port(Self.port), .width(.word)), Doorbell(.port(Self.port)),
      Doorbell(.memory(UInt64(Self.port)), .value(7, .word)),
    ] { #expect(error(wrong, event) == missing(wrong)) }
    #expect(error(doorbell, try event.duplicate()) == nil)
    #expect(error(doorbell, event) == missing(doorbell))
  }

  @Test("Each write counts")
  func counting() throws {
    var guest = try TinyGuest(
      Self.loadPort + [[UInt8]](repeating: [0xEF], count: 5).joined() + Self.halt)
    let event = try EventDescriptor()
    try guest.machine.assign(Doorbell(.port(Self.port)), to: event)
    #expect(try guest.exits() == [])
    #expect(try event.takeCount() == 5)
  }

  @Test("A doorbell keeps ringing for duplicates of a descriptor that was closed")
  func closedDescriptor() throws {
    var guest = try TinyGuest(Self.loadPort + Self.writePort + Self.halt)
    let event = try EventDescriptor()
    let duplicate = try event.duplicate()
    try guest.machine.assign(Doorbell(.port(Self.port)), to: event)
    _ = consume event
    #expect(try guest.exits() == [])
    #expect(try duplicate.takeCount() == 3)
  }

  @Test("Where a doorbell was taken away, writes exit, also in the middle of a guest's run")
  func exitsAgain() throws {
    // out dx, al; hlt; out dx, al; hlt
    var guest = try TinyGuest(Self.loadPort + [0xEE, 0xF4, 0xEE, 0xF4])
    let event = try EventDescriptor()
    let doorbell = Doorbell(.port(Self.port))
    try guest.machine.assign(doorbell, to: event)
    #expect(try guest.exits() == [])
    try guest.machine.deassign(doorbell, from: event)
    #expect(try guest.exits() == [.portWrite(PortAccess(port: Self.port, size: 1))])
    #expect(try event.takeCount() == 1)
  }

  @Test("Writes that only overlap the place exit")
  func straddling() throws {
    // mov [0xe], eax; mov [0x12], eax; mov [0x11], al; sub dx, 2; out dx, eax
    var guest = try TinyGuest(
      Self.loadMemory + Self.loadPort + [
        0x66, 0xA3, 0x0E, 0x00, 0x66, 0xA3, 0x12, 0x00, 0xA2, 0x11, 0x00, 0x83, 0xEA, 0x02, 0x66,
        0xEF, 0xF4,
      ])
    let event = try EventDescriptor()
    for width in [Doorbell.Width.byte, .word, .doubleword] {
      try guest.machine.assign(Doorbell(.memory(Self.address), .width(width)), to: event)
      try guest.machine.assign(Doorbell(.port(Self.port), .width(width)), to: event)
    }
    #expect(
      try guest.exits() == [
        .memoryWrite(MemoryAccess(address: Self.address - 2, size: 4), value: 0x1122_3344),
        .memoryWrite(MemoryAccess(address: Self.address + 2, size: 4), value: 0x1122_3344),
        .memoryWrite(MemoryAccess(address: Self.address + 1, size: 1), value: 0x44),
        .portWrite(PortAccess(port: Self.port - 2, size: 4)),
      ])
    #expect(try event.takeCount() == 0)
  }

  @Test("On a port of the PIC's, the PIC wins, unless the doorbell was there first")
  func interruptController() throws {
    // mov al, 0xa5; out 0x21, al; in al, 0x21; out 0x80, al
    let code: [UInt8] = [0xB0, 0xA5, 0xE6, 0x21, 0xE4, 0x21, 0xE6, 0x80]
    let event = try EventDescriptor()
    var guest = try TinyGuest(code) { try $0.createInterruptControllers() }
    try guest.machine.assign(Doorbell(.port(0x21), .width(.byte)), to: event)
    #expect(try guest.processor.run() == .portWrite(PortAccess(port: 0x80, size: 1)))
    #expect(guest.processor.portValue() == 0xA5)
    #expect(try event.takeCount() == 0)

    // mov al, 0x11; out 0x20, al; out 0x80, al
    var other = try TinyGuest([0xB0, 0x11, 0xE6, 0x20, 0xE6, 0x80]) {
      try $0.assign(Doorbell(.port(0x20), .width(.byte)), to: event)
      try $0.createInterruptControllers()
    }
    #expect(try other.processor.run() == .portWrite(PortAccess(port: 0x80, size: 1)))
    #expect(try event.takeCount() == 1)
  }
}

extension TinyGuest {
  /// Runs to HLT.
  ///
  /// - Returns: The exits before.
  mutating func exits() throws -> [Exit] {
    var exits: [Exit] = []
    while exits.count < 1000 {
      let exit = try processor.run()
      if exit == .halt { break }
      exits.append(exit)
    }
    return exits
  }
}

/// What a call of KVM's throws.
func errorOf(_ body: () throws(KVMError) -> Void) -> KVMError? {
  do {
    try body()
    return nil
  } catch { return error }
}
