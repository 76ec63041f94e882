import PCIConfig

/// The ports of mechanism 1 with registers behind them, and others who access them at times.
final class SimulatedPorts: PortIO {
  private(set) var latch: UInt32
  /// The registers, by what CONFIG_ADDRESS holds for their doublewords.
  private(set) var registers: [UInt32: UInt32]
  /// The accesses that were made, for example `out cf8`.
  private(set) var accesses: [String] = []
  /// What others write to CONFIG_ADDRESS right before an access, by the number of the access.
  var interference: [Int: UInt32] = [:]
  /// The registers that count their reads.
  var counters: Set<UInt32> = []

  init(latch: UInt32 = 0, _ registers: [UInt32: UInt32]) {
    self.latch = latch
    self.registers = registers
  }

  private func begin(_ access: String) {
    if let address = interference[accesses.count] { latch = address }
    accesses.append(access)
  }

  func read(port: UInt16, width: AccessWidth) -> UInt32 {
    begin("in \(String(port, radix: 16))")
    guard port != 0xCF8 else { return latch }
    if counters.contains(latch) { registers[latch, default: 0] += 1 }
    return registers[latch, default: .max] >> UInt32((port - 0xCFC) * 8) & width.allOnes
  }

  func write(port: UInt16, width: AccessWidth, value: UInt32) {
    begin("out \(String(port, radix: 16))")
    guard port != 0xCF8 else {
      latch = value
      return
    }
    let shift = UInt32((port - 0xCFC) * 8)
    let mask = width.allOnes << shift
    registers[latch] = registers[latch, default: .max] & ~mask | value << shift & mask
  }
}
