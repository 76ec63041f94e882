import Glibc
import GuestProtocol
import KVM
import PCIConfig

/// A PC with one processor, a ROM, memory, a serial port, a port to end with, and PCI.
///
/// There is no interrupt controller and no other device; what nobody claims reads as all ones.
public struct Board: ~Copyable {
  /// Where KVM may put what it needs on Intel processors without unrestricted guest mode: four
  /// pages below the largest ROM.
  private static let identityMapAddress: UInt32 = 0xFEFF_C000
  private static let tssAddress: UInt32 = 0xFEFF_D000

  private let machine: Machine
  private var processor: VirtualCPU
  private let memory: GuestMemory
  private let lowMemoryEnd: Int
  private let ports: Bus
  private let memoryBus: Bus
  private let serialPort: UART16550
  private let debugExit: DebugExit
  private let host: PCIHost
  private let mirror: ConfigurationMirror?
  /// How often the processor has left the guest for this program.
  public private(set) var exitCount: UInt64 = 0

  /// The first of the eight ports of the serial port, COM1.
  public static let serialPortAddress: UInt64 = 0x3F8

  /// Builds a machine in the state after a reset.
  ///
  /// - Parameters:
  ///   - configuration: What it is made of.
  ///   - system: KVM.
  ///   - serialOutput: Where the serial port's output goes.
  /// - Throws: A `KVMError`.
  public init(
    _ configuration: BoardConfiguration, on system: borrowing System, serialOutput: any ByteSink
  ) throws {
    let host = PCIHost.q35(
      hasWindow: configuration.ecam != .off, misidentified: configuration.misidentified,
      mutation: configuration.mutation)
    let serialPort = UART16550(sink: serialOutput)
    let debugExit = DebugExit()
    var ports = Bus(.ports, decoder: host, mutation: configuration.mutation)
    try ports.add(serialPort, at: Self.serialPortAddress...Self.serialPortAddress + 7)
    let exitPort = UInt64(GuestExit.port)
    try ports.add(debugExit, at: exitPort...exitPort + 3)
    if configuration.hasMechanism1 {
      try ports.add(host.addressPort, at: 0xCF8...0xCFB)
      try ports.add(host.dataPort, at: 0xCFC...0xCFF)
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
      let window = configuration.ecam == .off ? nil : PCIExpressWindow.atReset
      ACPIImage.place(window.map(ACPIImage.mcfg), in: memory, below: lowMemoryEnd)
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
    if configuration.ecam == .readOnly {
      mirror = ConfigurationMirror(
        firstSlot: UInt32(slots.count),
        reserved: [0...UInt64(memory.count - 1), 1 << 32 - UInt64(rom.count)...1 << 32 - 1],
        mutation: configuration.mutation)
      try mirror?.update(host, machine)
    }
    let processor = try machine.createVirtualCPU()
    try processor.setCPUID(
      system.supportedCPUID().forOnlyProcessor(
        hypervisor: configuration.hypervisor, mutation: configuration.mutation))

    self.machine = machine
    self.processor = processor
    self.memory = memory
    self.lowMemoryEnd = lowMemoryEnd
    self.ports = ports
    self.memoryBus = Bus(.memory, decoder: host, mutation: configuration.mutation)
    self.serialPort = serialPort
    self.debugExit = debugExit
    self.host = host
    self.mirror = mirror
  }

  /// Runs the guest until it ends.
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
    defer { serialPort.flush() }
    let request = StopRequest(kick: processor.kick)
    guard limit != nil || !signals.isEmpty else { return try run(until: request) }
    let supervisor = try Supervisor(limit: limit, signals: signals, request: request)
    let ending: Result<Ending, KVMError>
    do {
      ending = .success(try run(until: request))
    } catch {
      ending = .failure(error)
    }
    supervisor.stop()
    return try ending.get()
  }

  /// Where the processor is: the linear address of the next instruction.
  ///
  /// - Throws: A `KVMError`.
  public func instructionAddress() throws(KVMError) -> UInt64 {
    try processor.specialRegisters().cs.base &+ processor.registers().rip
  }

  private mutating func run(until request: StopRequest) throws(KVMError) -> Ending {
    while true {
      let exit = try processor.run()
      exitCount &+= 1
      switch exit {
      case .portRead(let access):
        for index in 0..<access.count {
          let value = ports.read(at: UInt64(access.port), size: access.size)
          processor.setPortValue(UInt32(truncatingIfNeeded: value), at: index)
        }
      case .portWrite(let access):
        for index in 0..<access.count {
          ports.write(
            UInt64(processor.portValue(at: index)), at: UInt64(access.port), size: access.size)
        }
        try mirror?.update(host, machine)
        if let value = debugExit.value { return .debugExit(value) }
        if serialPort.isDisconnected { return .outputClosed }
      case .memoryRead(let access):
        processor.setMemoryValue(memoryBus.read(at: access.address, size: access.size))
        try mirror?.show(access.address, machine)
      case .memoryWrite(let access, let value):
        memoryBus.write(value, at: access.address, size: access.size)
        try mirror?.update(host, machine)
      case .interrupted:
        if let ending = request.wanted { return ending }
      case .halt: return .halted
      case .shutdown: return .shutdown
      case .internalError(let error): return .internalError(try report(error))
      case .failedEntry(let reason, _): return .failedEntry(reason: reason)
      default: return .unsupportedExit(exit)
      }
    }
  }

  private func report(_ error: InternalError) throws(KVMError) -> InternalErrorReport {
    let registers = try processor.registers()
    let special = try processor.specialRegisters()
    var bytes = error.instructionBytes
    if bytes.isEmpty,
      let address = try processor.physicalAddress(ofLinear: special.cs.base &+ registers.rip)
    {
      bytes = code(at: address)
    }
    return InternalErrorReport(
      error: error, instructionBytes: bytes, registers: registers, specialRegisters: special)
  }

  /// As many bytes of an instruction, at most 15, as lie in one page of memory.
  private func code(at address: UInt64) -> [UInt8] {
    guard address < UInt64(memory.count),
      address < UInt64(lowMemoryEnd) || address >= 1 << 20
    else { return [] }
    let start = Int(address)
    return memory.bytes(in: start..<min(start + 15, (start | 0xFFF) + 1))
  }
}
