import Glibc
import KVM
import TestSupport
import Testing

/// A guest in real mode with interrupt controllers of KVM's, which counts the interrupts that it
/// gets by their vectors.
///
/// FS reaches the local APIC, GS the I/O APIC. Vectors 0x20 to 0x2F are ended at the PICs, all
/// others at the local APIC.
struct InterruptGuest: ~Copyable {
  enum Controllers {
    case all
    case localAPICs
  }

  /// Starts both PICs with vectors 0x20 to 0x2F and no input masked: for each of them
  /// `mov al, n; out port, al`.
  static let startPICs: [UInt8] = [
    0xB0, 0x11, 0xE6, 0x20, 0xE6, 0xA0, 0xB0, 0x20, 0xE6, 0x21, 0xB0, 0x28, 0xE6, 0xA1, 0xB0, 0x04,
    0xE6, 0x21, 0xB0, 0x02, 0xE6, 0xA1, 0xB0, 0x01, 0xE6, 0x21, 0xE6, 0xA1, 0xB0, 0x00, 0xE6, 0x21,
    0xE6, 0xA1,
  ]
  /// `mov dword [fs:0xf0], 0x1ff`: the local APIC accepts interrupts.
  static let startLocalAPIC: [UInt8] = [
    0x64, 0x66, 0xC7, 0x06, 0xF0, 0x00, 0xFF, 0x01, 0x00, 0x00,
  ]
  /// `sti; again: out 0x80, al; jmp again`
  static let tick: [UInt8] = [0xFB, 0xE6, 0x80, 0xEB, 0xFC]
  /// `sti; out 0x80, al; jmp $`
  static let spin: [UInt8] = [0xFB, 0xE6, 0x80, 0xEB, 0xFE]

  static let tickExit = Exit.portWrite(PortAccess(port: 0x80, size: 1))

  let machine: Machine
  var processor: VirtualCPU
  let memory: GuestMemory

  /// Creates a guest.
  ///
  /// - Parameters:
  ///   - code: What it executes.
  ///   - handlers: What it executes before it ends an interrupt, by vectors.
  init(
    _ code: [UInt8] = startPICs + startLocalAPIC + tick, controllers: Controllers = .all,
    handlers: [UInt8: [UInt8]] = [:]
  ) throws {
    let guest = try TinyGuest(code) {
      switch controllers {
      case .all: try $0.createInterruptControllers()
      case .localAPICs: try $0.createLocalAPICs()
      }
    }
    var special = try guest.processor.specialRegisters()
    special.fs.base = 0xFEE0_0000
    special.gs.base = 0xFEC0_0000
    try guest.processor.setSpecialRegisters(special)
    for vector in UInt8.min...UInt8.max {
      Self.install(vector, handlers[vector] ?? [], in: guest.memory)
    }
    memory = guest.memory
    machine = guest.machine
    processor = guest.processor
  }

  private static func install(_ vector: UInt8, _ body: [UInt8], in memory: GuestMemory) {
    let counter = UInt16(counter(of: vector))
    let handler = UInt16(0x4000 + 0x20 * Int(vector))
    // push ax; inc word [counter]
    var code: [UInt8] = [0x50, 0xFF, 0x06, UInt8(counter & 0xFF), UInt8(counter >> 8)] + body
    if (0x20...0x2F).contains(vector) {
      // mov al, 0x20; out 0xa0, al; out 0x20, al
      code += [0xB0, 0x20, 0xE6, 0xA0, 0xE6, 0x20]
    } else {
      // mov dword [fs:0xb0], 0
      code += [0x64, 0x66, 0xC7, 0x06, 0xB0, 0x00, 0x00, 0x00, 0x00, 0x00]
    }
    // pop ax; iret
    memory.write(code + [0x58, 0xCF], at: Int(handler))
    memory.store(UInt32(handler), at: 4 * Int(vector))
  }

  private static func counter(of vector: UInt8) -> Int { 0x3000 + 2 * Int(vector) }

  static func count(of vector: UInt8, in memory: GuestMemory) -> Int {
    Int(memory.load(UInt16.self, at: counter(of: vector)))
  }

  /// The interrupts so far: vectors that came, and how often.
  static func counts(in memory: GuestMemory) -> [UInt8: Int] {
    var counts: [UInt8: Int] = [:]
    for vector in UInt8.min...UInt8.max {
      let count = count(of: vector, in: memory)
      if count != 0 { counts[vector] = count }
    }
    return counts
  }

  var counts: [UInt8: Int] { Self.counts(in: memory) }

  consuming func intoProcessor() -> VirtualCPU { processor }

  /// Lets a guest that ticks run for some turns of its loop.
  mutating func run(ticks: Int = 8) throws {
    for _ in 0..<ticks { try #require(try processor.run() == Self.tickExit) }
  }

  /// Lets a guest that ticks run until it has got these interrupts, at most for the hang limit.
  ///
  /// - Returns: The interrupts it has got, and none more in the next turns of its loop.
  mutating func run(until expected: [UInt8: Int]) throws -> [UInt8: Int] {
    let deadline = ContinuousClock.now + .hangLimit
    while counts != expected && .now < deadline { try run(ticks: 1) }
    try run()
    return counts
  }
}

/// Sleeps until something is so, at most for the hang limit.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = ContinuousClock.now + .hangLimit
  while try !condition() {
    if .now >= deadline { return false }
    usleep(50)
  }
  return true
}
