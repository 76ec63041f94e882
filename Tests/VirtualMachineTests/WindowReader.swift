import KVM
import Testing

@testable import VirtualMachine

/// A guest that reads pages of a read-only window.
struct WindowReader: ~Copyable {
  private static let code = 0x1000
  private static let copy = 0x2000
  /// cld; rep movsd; out 0x80, al; hlt
  private static let instructions: [UInt8] = [0xFC, 0xF3, 0xA5, 0xE6, 0x80, 0xF4]

  private let host: PCIHost
  private let memoryBus: Bus
  private let mirror: ConfigurationMirror
  private let machine: Machine
  private let memory: GuestMemory
  private var processor: VirtualCPU
  private let flat: SpecialRegisters

  init(_ host: PCIHost) throws {
    let system = try System()
    let machine = try system.createMachine()
    try machine.setTSSAddress(0xFEFF_D000)
    try machine.setIdentityMapAddress(0xFEFF_C000)
    let memory = try GuestMemory(count: 1 << 16)
    memory.write(Self.instructions, at: Self.code)
    try machine.setSlot(0, to: MemorySlot(address: 0, memory: memory))
    let processor = try machine.createVirtualCPU()
    try processor.setCPUID(system.supportedCPUID())
    // Protected mode with flat segments.
    var special = try processor.specialRegisters()
    special.cr0 |= 1
    special.cs.base = 0
    special.cs.selector = 8
    special.cs.isDefault32Bit = true
    for segment in [\SpecialRegisters.cs, \.ds, \.es, \.ss] {
      special[keyPath: segment].limit = 0xFFFF_FFFF
      special[keyPath: segment].hasPageGranularity = true
    }
    self.host = host
    self.machine = machine
    self.memory = memory
    self.processor = processor
    memoryBus = Bus(.memory, decoder: host)
    mirror = ConfigurationMirror(firstSlot: 1, reserved: [0...0xFFFF, 0xFEFF_C000...0xFEFF_FFFF])
    flat = special
  }

  /// Shows what the registers hold now.
  func update() throws { try mirror.update(host, machine) }

  /// Reads a page.
  ///
  /// - Parameter address: Its address, below 4 GiB.
  mutating func page(at address: UInt64) throws -> [UInt8] {
    try processor.setSpecialRegisters(flat)
    var registers = Registers()
    registers.rip = UInt64(Self.code)
    registers.rsi = address
    registers.rdi = UInt64(Self.copy)
    registers.rcx = 1024
    try processor.setRegisters(registers)
    while true {
      switch try processor.run() {
      case .memoryRead(let access):
        processor.setMemoryValue(memoryBus.read(at: access.address, size: access.size))
        try mirror.show(access.address, machine)
      case .portWrite: return memory.bytes(in: Self.copy..<Self.copy + 4096)
      case let exit: try #require(Bool(false), "\(exit)")
      }
    }
  }
}
