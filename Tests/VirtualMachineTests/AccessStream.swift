import PCIConfig
import TestSupport

@testable import VirtualMachine

/// Accesses of any width, anywhere in both address spaces, most of them where something happens.
struct AccessStream {
  private var random: SeededGenerator

  /// - Parameter seed: What all accesses follow from.
  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Makes a number of accesses.
  mutating func run(_ count: Int, on rig: PCIRig) {
    for _ in 0..<count { step(rig) }
  }

  private mutating func step(_ rig: PCIRig) {
    let value = random.next()
    let size = Int(random.below(8)) + 1
    let portSize = 1 << Int(random.below(3))
    switch random.below(9) {
    case 0, 1: _ = rig.memory.read(at: memoryAddress(rig), size: size)
    case 2...4: rig.memory.write(value, at: memoryAddress(rig), size: size)
    case 5: rig.out(0xCF8, UInt64(PCIRig.root) | value & 0x1_FFFC)
    case 6: rig.out(portAddress(rig), value, size: portSize)
    case 7: _ = rig.in(portAddress(rig), size: portSize)
    default: rig.out(0xCFC + random.below(4), value, size: portSize)
    }
  }

  private mutating func memoryAddress(_ rig: PCIRig) -> UInt64 {
    let window = rig.host.enhancedWindow?.base ?? PCIRig.window
    switch random.below(9) {
    case 0: return random.next()
    case 1: return .max - random.below(16)
    case 2: return random.next() & 0xFFFF_FFFF
    case 3: return window &+ 0x60 &+ random.below(16)
    case 4: return window &+ random.below(1 << 21)
    case 5: return decoded(.memory, rig) ?? random.next()
    default:
      let functions: [UInt64] = [0x00, 0x08, 0x10, 0x11, 0x18, 0xF8, 0x100]
      let function = functions[Int(random.below(UInt64(functions.count)))]
      return window &+ function << 12 &+ random.below(0x140)
    }
  }

  private mutating func portAddress(_ rig: PCIRig) -> UInt64 {
    switch random.below(4) {
    case 0: random.below(0x1_0000)
    case 1: decoded(.ports, rig) ?? random.below(0x1_0000)
    default: 0xCF6 + random.below(12)
    }
  }

  /// In, or just beside, what a base address register decodes at this moment.
  private mutating func decoded(_ space: AddressSpace, _ rig: PCIRig) -> UInt64? {
    let functions = rig.host.functions.sorted { $0.key < $1.key }.map(\.value)
    let ranges = functions.flatMap { function in
      function.baseAddresses.compactMap { $0.addresses(in: function.configuration) }
    }
    let addresses = ranges.filter { $0.0 == space }.map(\.1)
    guard !addresses.isEmpty else { return nil }
    let range = addresses[Int(random.below(UInt64(addresses.count)))]
    let offset = random.below(range.upperBound - range.lowerBound + 16)
    return range.lowerBound &- 8 &+ offset
  }
}
