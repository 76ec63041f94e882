import CLinux
import Glibc
import KVM
import TestSupport
import Testing

@Suite("Interrupts", .needsKVM, .hangLimit)
struct InterruptTests {
  @Test("Without interrupt controllers, everything about interrupts is refused")
  func noControllers() throws {
    let machine = try System().createMachine()
    let event = try EventDescriptor()
    let message = MSIMessage(vector: 0x51)
    #expect(throws: KVMError(call: "KVM_IRQFD", argument: "assign gsi 4", errno: EINVAL)) {
      try machine.assignInterrupt(gsi: 4, to: event)
    }
    #expect(throws: KVMError(call: "KVM_SET_GSI_ROUTING", argument: "0 routes", errno: EINVAL)) {
      try machine.setRouting(GSIRouting())
    }
    #expect(throws: KVMError(call: "KVM_IRQ_LINE", argument: "gsi 4, level 1", errno: ENXIO)) {
      try machine.setInterruptLine(gsi: 4, isHigh: true)
    }
    #expect(
      throws: KVMError(call: "KVM_SIGNAL_MSI", argument: "MSI 0x51 to 0xfee00000", errno: EINVAL)
    ) { try machine.signal(message) }
  }

  @Test("This KVM has what the tests below need")
  func capabilities() throws {
    let system = try System()
    for capability in [
      Extension.doorbells, .doorbellsOfAnyWidth, .interruptEvents, .interruptResampling,
      .splitInterruptControllers, .statistics,
    ] { #expect(try system.check(capability) == 1, "\(capability)") }
    #expect(try system.check(.interruptRouting) >= 1024)
  }

  @Test("Controllers are created once, of one kind, and before the first processor")
  func controllers() throws {
    let machine = try System().createMachine()
    try machine.createInterruptControllers()
    #expect(throws: KVMError(call: "KVM_CREATE_IRQCHIP", errno: EEXIST)) {
      try machine.createInterruptControllers()
    }
    #expect(
      throws: KVMError(
        call: "KVM_ENABLE_CAP", argument: "KVM_CAP_SPLIT_IRQCHIP, 24 pins", errno: EEXIST)
    ) { try machine.createLocalAPICs() }
    let guest = try TinyGuest([0xF4])
    #expect(throws: KVMError(call: "KVM_CREATE_IRQCHIP", errno: EINVAL)) {
      try guest.machine.createInterruptControllers()
    }
    #expect(
      throws: KVMError(
        call: "KVM_ENABLE_CAP", argument: "KVM_CAP_SPLIT_IRQCHIP, 24 pins", errno: EEXIST)
    ) { try guest.machine.createLocalAPICs() }
  }

  @Test("A counter is one interrupt, an interrupt may have several counters")
  func sharing() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let first = try EventDescriptor()
    let second = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 4, to: first)
    #expect(throws: KVMError(call: "KVM_IRQFD", argument: "assign gsi 5", errno: EBUSY)) {
      try guest.machine.assignInterrupt(gsi: 5, to: first)
    }
    try guest.machine.assignInterrupt(gsi: 4, to: second)
    try first.signal()
    #expect(try guest.run(until: [0x24: 1]) == [0x24: 1])
    try second.signal()
    #expect(try guest.run(until: [0x24: 2]) == [0x24: 2])
    // What was never assigned.
    try guest.machine.deassignInterrupt(gsi: 9, from: first)
    try first.signal()
    #expect(try guest.run(until: [0x24: 3]) == [0x24: 3])
  }

  @Test("A counter of another machine's is refused, where the kernel looks")
  func sharingAcrossMachines() throws {
    let one = try System().createMachine()
    let other = try System().createMachine()
    try one.createInterruptControllers()
    try other.createInterruptControllers()
    let event = try EventDescriptor()
    try one.assignInterrupt(gsi: 4, to: event)
    let error = errorOf { () throws(KVMError) in try other.assignInterrupt(gsi: 4, to: event) }
    // Older kernels look at the counters of the same machine only.
    #expect(
      error == nil
        || error == KVMError(call: "KVM_IRQFD", argument: "assign gsi 4", errno: EBUSY))
  }

  @Test("What the interface does not take is refused by KVM with these errors")
  func rawContract() throws {
    let machine = try RawMachine()
    #expect(machine.request(CLINUX_KVM_CREATE_IRQCHIP) == 0)
    let event = try EventDescriptor()
    func result(_ change: (inout kvm_irqfd) -> Void) -> Int32 {
      var structure = kvm_irqfd()
      structure.fd = UInt32(event.fileDescriptor)
      structure.gsi = 4
      change(&structure)
      return machine.request(CLINUX_KVM_IRQFD, structure)
    }
    let null = open("/dev/null", O_RDWR)
    defer { close(null) }
    #expect(result { $0.flags = 1 << 8 } == EINVAL)
    #expect(result { $0.fd = .max } == EBADF)
    #expect(result { $0.fd = UInt32(null) } == EINVAL)
    #expect(
      result {
        $0.flags = CLINUX_KVM_IRQFD_FLAG_RESAMPLE
        $0.resamplefd = .max
      } == EBADF)
    // A GSI that no route can have.
    #expect(result { $0.gsi = 100_000 } == 0)
  }

  @Test("An edge: raising the counter once is exactly one interrupt, and KVM takes the count")
  func edge() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 4, to: event)
    try event.signal()
    #expect(try guest.run(until: [0x24: 1]) == [0x24: 1])
    #expect(try event.takeCount() == 0)
    try guest.machine.deassignInterrupt(gsi: 4, from: event)
    try event.signal()
    try guest.run()
    #expect(guest.counts == [0x24: 1])
    #expect(try event.takeCount() == 1)
  }

  @Test("A pulse of the interrupt line is the same interrupt as a counter's")
  func pulse() throws {
    var guest = try InterruptGuest()
    try guest.run()
    for expected in 1...3 {
      try guest.machine.setInterruptLine(gsi: 4, isHigh: true)
      try guest.run()
      #expect(guest.counts == [0x24: expected])
      try guest.machine.setInterruptLine(gsi: 4, isHigh: true)
      try guest.machine.setInterruptLine(gsi: 4, isHigh: false)
      try guest.run()
      #expect(guest.counts == [0x24: expected])
    }
  }

  @Test("A count that is there before the assignment is an interrupt right away")
  func pending() throws {
    var guest = try InterruptGuest()
    try guest.run()
    let event = try EventDescriptor()
    try event.signal(3)
    try guest.machine.assignInterrupt(gsi: 4, to: event)
    #expect(try guest.run(until: [0x24: 1]) == [0x24: 1])
  }

  @Test("A PIC's level stays up until the guest ends the interrupt, which is told once")
  func resamplePIC() throws {
    // mov al, 0x20; mov dx, 0x4d0; out dx, al: input 5 is level-triggered.
    // The handler shows which inputs are up: mov al, 0x0a; out 0x20, al; in al, 0x20; out 0x81, al
    var guest = try InterruptGuest(
      InterruptGuest.startPICs + [0xB0, 0x20, 0xBA, 0xD0, 0x04, 0xEE]
        + InterruptGuest.startLocalAPIC + InterruptGuest.tick,
      handlers: [0x25: [0xB0, 0x0A, 0xE6, 0x20, 0xE4, 0x20, 0xE6, 0x81]])
    try guest.run()
    let event = try EventDescriptor()
    let resample = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 5, to: event, resample: resample)
    for expected in 1...3 {
      try event.signal()
      try guest.runToHandler()
      #expect(guest.processor.portValue() == 1 << 5)
      #expect(guest.counts == [0x25: expected])
      #expect(try resample.takeCount() == 0)
      try guest.run()
      #expect(try resample.takeCount() == 1)
      #expect(guest.counts == [0x25: expected])
    }
  }

  @Test("An I/O APIC's level stays up until the local APIC ends the interrupt, which is told once")
  func resampleIOAPIC() throws {
    // mov byte [gs:0], 0x24; mov dword [gs:0x10], 0x8055: pin 10 has vector 0x55 and is
    // level-triggered. mov byte [gs:0], 0x25; mov dword [gs:0x10], 0: it goes to processor 0.
    // The handler shows whether it is in service: mov eax, [fs:0x120]; shr eax, 21; out 0x81, al
    var guest = try InterruptGuest(
      InterruptGuest.startLocalAPIC + [
        0x65, 0xC6, 0x06, 0x00, 0x00, 0x24, 0x65, 0x66, 0xC7, 0x06, 0x10, 0x00, 0x55, 0x80, 0x00,
        0x00, 0x65, 0xC6, 0x06, 0x00, 0x00, 0x25, 0x65, 0x66, 0xC7, 0x06, 0x10, 0x00, 0x00, 0x00,
        0x00, 0x00,
      ] + InterruptGuest.tick,
      handlers: [0x55: [0x64, 0x66, 0xA1, 0x20, 0x01, 0x66, 0xC1, 0xE8, 0x15, 0xE6, 0x81]])
    try guest.run()
    let event = try EventDescriptor()
    let resample = try EventDescriptor()
    try guest.machine.setRouting(GSIRouting([.init(gsi: 10, to: .ioapic(pin: 10))]))
    try guest.machine.assignInterrupt(gsi: 10, to: event, resample: resample)
    for expected in 1...3 {
      try event.signal()
      try guest.runToHandler()
      // The pvm kind of KVM ends interrupts of local APICs where it delivers them, and not where
      // the guest says so.
      let isInService = guest.processor.portValue() & 1 != 0
      #expect(try resample.takeCount() == (isInService ? 0 : 1))
      try guest.run()
      #expect(try resample.takeCount() == (isInService ? 1 : 0))
      #expect(guest.counts == [0x55: expected])
    }
  }

  @Test("A message arrives with its vector; one below 16 is taken and never arrives")
  func message() throws {
    var guest = try InterruptGuest()
    let other = try guest.machine.createVirtualCPU(id: 1)
    #expect(try guest.machine.signal(MSIMessage(vector: 0x51)) == false)
    try guest.run()
    #expect(try guest.machine.signal(MSIMessage(vector: 0x51)))
    try guest.run()
    #expect(guest.counts == [0x51: 1])
    // There is no processor 2.
    #expect(try guest.machine.signal(MSIMessage(vector: 0x52, processor: 2)) == false)
    // Processor 1 has not been started.
    #expect(try guest.machine.signal(MSIMessage(vector: 0x52, processor: 1)) == false)
    #expect(try guest.machine.signal(MSIMessage(vector: 15)))
    try guest.run()
    #expect(guest.counts == [0x51: 1])
    #expect(try other.multiprocessingState() == .uninitialized)
  }

  @Test("With local APICs only, messages arrive and PICs are user space's")
  func split() throws {
    // in al, 0x21
    var guest = try InterruptGuest(
      [0xE4, 0x21] + InterruptGuest.startLocalAPIC + InterruptGuest.tick, controllers: .localAPICs)
    #expect(try guest.processor.run() == .portRead(PortAccess(port: 0x21, size: 1)))
    try guest.run()
    let event = try EventDescriptor()
    try guest.machine.assignInterrupt(gsi: 24, to: event)
    try guest.machine.setRouting(
      GSIRouting([.init(gsi: 24, to: .msi(MSIMessage(vector: 0x51)))]))
    try event.signal()
    #expect(try guest.run(until: [0x51: 1]) == [0x51: 1])
    #expect(throws: KVMError(call: "KVM_SET_GSI_ROUTING", argument: "40 routes", errno: EINVAL)) {
      try guest.machine.setRouting(.standard)
    }
    try guest.machine.setInterruptLine(gsi: 24, isHigh: true)
    try guest.run()
    #expect(guest.counts == [0x51: 2])
  }

  @Test("A doorbell and an interrupt on one counter: OUT is an interrupt without user space")
  func loopback() throws {
    // sti; mov dx, 0x600; out dx, al; mov cx, 0xffff; wait: cmp word [0x30a2], 0; loope wait;
    // out 0x80, al
    var guest = try InterruptGuest(
      InterruptGuest.startLocalAPIC + [
        0xFB, 0xBA, 0x00, 0x06, 0xEE, 0xB9, 0xFF, 0xFF, 0x83, 0x3E, 0xA2, 0x30, 0x00, 0xE1, 0xF9,
        0xE6, 0x80,
      ])
    let event = try EventDescriptor()
    try guest.machine.setRouting(
      GSIRouting([.init(gsi: 24, to: .msi(MSIMessage(vector: 0x51)))]))
    try guest.machine.assign(Doorbell(.port(0x600), .width(.byte)), to: event)
    try guest.machine.assignInterrupt(gsi: 24, to: event)
    #expect(try guest.processor.run() == InterruptGuest.tickExit)
    #expect(guest.counts == [0x51: 1])
  }
}

extension InterruptGuest {
  /// Lets a guest that ticks run until a handler leaves at port 0x81, at most for the hang limit.
  mutating func runToHandler() throws {
    let deadline = ContinuousClock.now + .hangLimit
    while true {
      let exit = try processor.run()
      if exit == .portWrite(PortAccess(port: 0x81, size: 1)) { return }
      try #require(exit == Self.tickExit && .now < deadline)
    }
  }
}
