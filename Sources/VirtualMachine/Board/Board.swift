import Glibc
import GuestProtocol
import KVM
import PCIConfig

/// A PC with a ROM, memory, a serial port, a clock, a port to end with, and PCI.
///
/// It has one processor and no interrupt controller unless more is asked for. What nobody claims
/// reads as all ones.
public struct Board: ~Copyable {
  /// Where KVM may put what it needs on Intel processors without unrestricted guest mode: four
  /// pages below the largest ROM.
  private static let identityMapAddress: UInt32 = 0xFEFF_C000
  private static let tssAddress: UInt32 = 0xFEFF_D000
  /// The numbers of memory slots, behind those of memory and ROM.
  private static let firstMirrorSlot: UInt32 = 4
  private static let firstExtraSlot = firstMirrorSlot + ConfigurationMirror.slotCount
  /// Where memory slots that nobody needs are: beyond all that PCIEXBAR can place.
  private static let extraSlotAddress: UInt64 = 1 << 36

  private let chipset: Chipset
  private let processors: [Processor]
  private let testDevice: PCITestDevice
  /// The processor that has ended the guest, by its number.
  private var endingProcessor = 0

  /// How often the processors have left the guest for this program.
  public var exitCount: UInt64 { processors.reduce(0) { $0 &+ $1.exitCount } }
  /// What the exits cost; `nil`, as at first, where nobody measures.
  public var profile: ExitProfile? {
    get { chipset.profile }
    set { chipset.profile = newValue }
  }

  /// The first of the eight ports of the serial port, COM1.
  public static let serialPortAddress: UInt64 = 0x3F8
  /// The first of the two ports of the clock.
  public static let clockAddress: UInt64 = 0x70

  /// Builds a machine in the state after a reset.
  ///
  /// - Parameters:
  ///   - configuration: What it is made of.
  ///   - system: KVM.
  ///   - serialOutput: Where the serial port's output goes.
  /// - Throws: A ``BoardError`` where KVM has no room for the machine, or refuses something.
  public init(
    _ configuration: BoardConfiguration, on system: borrowing System, serialOutput: any ByteSink
  ) throws(BoardError) {
    precondition(
      BoardConfiguration.processorCounts.contains(configuration.processorCount)
        && (configuration.processorCount == 1 || configuration.hasInterruptControllers),
      "\(configuration.processorCount) processors")
    let wanted = configuration.extraMemorySlots
    let limit: Int
    do {
      limit = try system.check(.memorySlots) - Int(Self.firstExtraSlot)
      guard wanted > max(limit, 0) else {
        try self.init(building: configuration, on: system, serialOutput: serialOutput)
        return
      }
    } catch {
      throw .system(error)
    }
    throw .memorySlots(wanted, limit: limit)
  }

  private init(
    building configuration: BoardConfiguration, on system: borrowing System,
    serialOutput: any ByteSink
  ) throws(KVMError) {
    let testDevice = try PCITestDevice()
    let host = Self.host(configuration, testDevice)
    let serialPort = UART16550(sink: serialOutput)
    let debugExit = DebugExit()
    let sectionPort = SectionPort()
    let clock = RealTimeClock(mutation: configuration.mutation)
    var ports = Bus(.ports, decoder: host, mutation: configuration.mutation)
    Self.add(serialPort, at: Self.serialPortAddress...Self.serialPortAddress + 7, to: &ports)
    Self.add(clock, at: Self.clockAddress...Self.clockAddress + 1, to: &ports)
    let exitPort = UInt64(GuestExit.port)
    Self.add(debugExit, at: exitPort...exitPort + 3, to: &ports)
    Self.add(sectionPort, at: UInt64(SectionMark.port)...UInt64(SectionMark.port), to: &ports)
    if configuration.hasMechanism1 {
      Self.add(host.addressPort, at: 0xCF8...0xCFB, to: &ports)
      Self.add(host.dataPort, at: 0xCFC...0xCFF, to: &ports)
    }

    let machine = try system.createMachine()
    try machine.setIdentityMapAddress(Self.identityMapAddress)
    try machine.setTSSAddress(Self.tssAddress)
    let memory = try GuestMemory(count: configuration.memory << 20)
    let rom = configuration.firmware.memory
    // The end of the ROM also shows below 1 MiB, at most 128 KiB of it.
    let alias = min(rom.count, 128 << 10)
    let lowMemoryEnd = (1 << 20) - alias
    switch configuration.acpi {
    case .none: break
    case .built:
      ACPIImage.place(
        host.possibleWindow.map(ACPIImage.mcfg), in: memory, below: lowMemoryEnd)
    case .forged(let table): ACPIImage.place(table.bytes, in: memory, below: lowMemoryEnd)
    }
    let slots = [
      MemorySlot(address: 0, memory: memory, range: 0..<lowMemoryEnd),
      MemorySlot(
        address: UInt64(lowMemoryEnd), memory: rom, range: rom.count - alias..<rom.count,
        access: .readOnly),
      MemorySlot(address: 1 << 20, memory: memory, range: 1 << 20..<memory.count),
      MemorySlot(address: 1 << 32 - UInt64(rom.count), memory: rom, access: .readOnly),
    ]
    for (number, slot) in slots.enumerated() { try machine.setSlot(UInt32(number), to: slot) }
    var mirror: ConfigurationMirror?
    if [.readOnly, .batched].contains(configuration.ecam) {
      mirror = ConfigurationMirror(
        firstSlot: Self.firstMirrorSlot,
        reserved: [0...UInt64(memory.count - 1), 1 << 32 - UInt64(rom.count)...1 << 32 - 1],
        mutation: configuration.mutation)
      try mirror?.update(host, machine)
    }
    var windowZone: WindowZone?
    if configuration.ecam == .batched {
      windowZone = WindowZone(besides: configuration.coalescedZones)
      try windowZone?.update(host, machine)
    }
    try Self.addExtraSlots(configuration.extraMemorySlots, to: machine)
    for zone in configuration.coalescedZones { try machine.addCoalescedZone(zone) }
    var interrupts: BoardInterrupts?
    if configuration.hasInterruptControllers {
      try machine.createInterruptControllers()
      interrupts = try BoardInterrupts(
        of: serialPort, clock, to: machine, mutation: configuration.mutation)
    }
    let chipset = Chipset(
      machine: machine, memory: memory, lowMemoryEnd: lowMemoryEnd, ports: ports,
      memoryBus: Bus(.memory, decoder: host, mutation: configuration.mutation),
      serialPort: serialPort, debugExit: debugExit, sectionPort: sectionPort, host: host,
      mirror: mirror, windowZone: windowZone,
      doorbells: DoorbellAssignments(
        of: testDevice, configuration.doorbells, mutation: configuration.mutation),
      interrupts: interrupts)
    processors = try Self.processors(configuration, on: chipset, of: system)
    self.chipset = chipset
    self.testDevice = testDevice
  }

  /// Puts a device at ports that no other one has.
  private static func add(
    _ device: any Device, at addresses: ClosedRange<UInt64>, to ports: inout Bus
  ) {
    do {
      try ports.add(device, at: addresses)
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The machine's functions, or those of a dump instead, which has no test device.
  private static func host(
    _ configuration: BoardConfiguration, _ testDevice: PCITestDevice
  ) -> PCIHost {
    let hasWindow = configuration.ecam != .off
    if let dump = configuration.dump {
      return .replica(
        of: dump, hasWindow: hasWindow, misidentified: configuration.misidentified,
        mutation: configuration.mutation)
    }
    return .q35(
      hasWindow: hasWindow, misidentified: configuration.misidentified, testDevice: testDevice,
      mutation: configuration.mutation)
  }

  private static func processors(
    _ configuration: BoardConfiguration, on chipset: Chipset, of system: borrowing System
  ) throws(KVMError) -> [Processor] {
    let offered = try system.supportedCPUID()
    let table = offered.forOnlyProcessor(
      hypervisor: configuration.hypervisor, mutation: configuration.mutation)
    let count = configuration.processorCount
    var processors: [Processor] = []
    for number in 0..<UInt32(count) {
      let processor = try chipset.machine.createVirtualCPU(id: number)
      try processor.setCPUID(
        configuration.hasInterruptControllers
          ? table.withLocalAPIC(number, of: count, offered: offered) : table)
      processors.append(
        Processor(
          processor, number: Int(number), chipset: chipset, mutation: configuration.mutation))
    }
    return processors
  }

  /// Sets memory slots that nobody needs, a page each.
  private static func addExtraSlots(
    _ count: Int, to machine: borrowing Machine
  ) throws(KVMError) {
    guard count > 0 else { return }
    let page = try GuestMemory(count: MemorySlot.pageSize)
    for number in 0..<count {
      // Apart from each other, so that each is an entry of its own wherever KVM looks for one.
      let address = extraSlotAddress + UInt64(number * 2 * MemorySlot.pageSize)
      try machine.setSlot(
        firstExtraSlot + UInt32(number), to: MemorySlot(address: address, memory: page))
    }
  }

  /// What KVM has counted up to now: for the machine, then for each processor.
  ///
  /// - Returns: The counts; `nil` where this KVM has no statistics.
  /// - Throws: A `KVMError`.
  public func statistics() throws(KVMError) -> [Statistics]? {
    do {
      var all = [try chipset.machine.statistics().snapshot()]
      for processor in processors { all.append(try processor.statistics()) }
      return all
    } catch {
      guard error.errno == ENOTTY else { throw error }
      return nil
    }
  }

  /// Takes how often the guest has rung doorbells since this was asked last. Where there is a
  /// profile, that has taken most of them already.
  ///
  /// - Throws: A `KVMError`.
  public func takeDoorbellCount() throws(KVMError) -> UInt64 {
    try testDevice.event.descriptor.takeCount()
  }

  /// Runs the guest until it ends.
  ///
  /// The first processor runs in the calling thread, all others in threads of their own.
  ///
  /// - Parameters:
  ///   - limit: How long it may run; `nil` for ever.
  ///   - signals: The signals that end it. While it runs they are blocked in the calling thread;
  ///     threads that exist already must have blocked them.
  /// - Returns: How it ended. The serial port's output has been passed on.
  /// - Throws: A `KVMError`.
  public mutating func run(
    limit: Duration? = nil, endingOn signals: [Int32] = []
  ) throws(KVMError) -> Ending {
    endingProcessor = 0
    let request = StopRequest(kicks: processors.map(\.kick), chipset)
    if limit == nil && signals.isEmpty {
      try run(until: request)
    } else {
      let supervisor = try Supervisor(limit: limit, signals: signals, request: request)
      let result = Result { () throws(KVMError) in try run(until: request) }
      supervisor.stop()
      try result.get()
    }
    // What the guest itself has come to counts more than a wish that came meanwhile.
    guard let outcome = request.outcome else {
      guard let wanted = request.wanted else { preconditionFailure("a guest ended for no reason") }
      return wanted
    }
    endingProcessor = outcome.processor
    return try outcome.result.get()
  }

  /// Where the processor is that has ended the guest, else the first one: the linear address of the
  /// next instruction.
  ///
  /// - Throws: A `KVMError`.
  public func instructionAddress() throws(KVMError) -> UInt64 {
    try processors[endingProcessor].instructionAddress()
  }

  /// Runs all processors, and the thread that watches the interrupt lines, and passes on the rest of
  /// the output.
  private func run(until request: StopRequest) throws(KVMError) {
    let watch = chipset.hasInterrupts ? try InterruptWatch(chipset, until: request) : nil
    for processor in processors { processor.isProfiled = chipset.profile != nil }
    let threads = ProcessorThreads(processors.dropFirst(), until: request)
    processors[0].run(until: request)
    threads.join()
    watch?.stop()
    chipset.flush()
  }
}
