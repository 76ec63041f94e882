import PCIConfig
import Testing

@testable import VirtualMachine

/// Numbers that are the same in each run (Marsaglia's xorshift64).
private struct Numbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}

@Suite("Random accesses")
struct RandomAccessTests {
  /// Where something happens, and now and then anywhere.
  private func address(_ random: inout Numbers, _ rig: PCIRig) -> UInt64 {
    let window = rig.host.enhancedWindow?.base ?? PCIRig.window
    switch random.next() % 8 {
    case 0: return random.next()
    case 1: return .max - random.next() % 16
    case 2: return random.next() & 0xFFFF_FFFF
    case 3: return window + 0x60 + random.next() % 16
    case 4: return window + random.next() % (1 << 21)
    default:
      let functions: [UInt64] = [0x00, 0x08, 0x10, 0x11, 0x18, 0xF8, 0x100]
      let function = functions[Int(random.next() % UInt64(functions.count))]
      return window + function << 12 + random.next() % 0x140
    }
  }

  @Test(
    "Whatever is written how and where, both mechanisms agree on every register", arguments: 1...4)
  func agreement(seed: UInt64) throws {
    let rig = try PCIRig()
    var random = Numbers(seed: seed)
    for _ in 0..<50_000 {
      let size = Int(random.next() % 8) + 1
      let value = random.next()
      switch random.next() % 8 {
      case 0: _ = rig.memory.read(at: address(&random, rig), size: size)
      case 1...3: rig.memory.write(value, at: address(&random, rig), size: size)
      case 4: rig.out(0xCF8, UInt64(PCIRig.root) | value & 0x1_FFFC)
      case 5: rig.out(0xCF6 + value >> 60, value, size: [1, 2, 4][size % 3])
      case 6: _ = rig.in(value >> 48, size: [1, 2, 4][size % 3])
      default: rig.out(0xCFC + value >> 62, random.next(), size: [1, 2, 4][size % 3])
      }
    }
    rig.enableWindow()
    var different: [String] = []
    for bus: UInt32 in 0..<256 where bus < 4 || bus == 255 {
      for deviceAndFunction: UInt32 in 0..<256 {
        let function = PCIRig.root | bus << 16 | deviceAndFunction << 8
        for register: UInt32 in stride(from: 0, to: 256, by: 4) {
          let address = rig.address(function, UInt64(register))
          if rig.read(function, register) != rig.readMemory(address) {
            different.append("\(function >> 8):\(register)")
          }
        }
      }
    }
    #expect(different == [])
    #expect(rig.read(PCIRig.hostBridge, 0) == 0x29C0_8086)
  }
}
