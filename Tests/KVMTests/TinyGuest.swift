import KVM
import Testing

/// A machine of 64 KiB of memory with real-mode code at 0x1000 and its stack below.
struct TinyGuest: ~Copyable {
  static let origin = 0x1000
  static let memorySize = 0x10000

  let machine: Machine
  var processor: VirtualCPU
  let memory: GuestMemory

  /// - Parameter prepare: What is done to the machine before it has a processor.
  init(_ code: [UInt8], prepare: (borrowing Machine) throws -> Void = { _ in }) throws {
    let system = try System()
    let machine = try system.createMachine()
    try prepare(machine)
    try machine.setTSSAddress(0xFEFF_D000)
    try machine.setIdentityMapAddress(0xFEFF_C000)
    let memory = try GuestMemory(count: Self.memorySize)
    memory.write(code, at: Self.origin)
    try machine.setSlot(0, to: MemorySlot(address: 0, memory: memory))
    let processor = try machine.createVirtualCPU()
    try processor.setCPUID(system.supportedCPUID())

    var special = try processor.specialRegisters()
    special.cs.base = 0
    special.cs.selector = 0
    try processor.setSpecialRegisters(special)
    var registers = Registers()
    registers.rip = UInt64(Self.origin)
    registers.rsp = UInt64(Self.origin)
    try processor.setRegisters(registers)

    self.machine = machine
    self.memory = memory
    self.processor = processor
  }
}
