/// A base address register, or the one of the expansion ROM, and what is behind it.
///
/// PCI Local Bus Specification 3.0, 6.2.5.
public struct BaseAddressRegister {
  /// What a register asks for.
  public enum Kind: Equatable, Sendable {
    /// Memory with a 32-bit address.
    case memory32
    /// Memory with a 64-bit address, which takes two registers.
    case memory64
    /// I/O ports.
    case ports
    /// The expansion ROM: memory with an enable bit of its own.
    case expansionROM
  }

  /// The register's offset: 10h to 24h, or 30h for the ROM of header type 0.
  public let offset: Int
  /// What it asks for.
  public let kind: Kind
  /// Whether reads have no side effects, as bit 3 of memory registers says.
  public let isPrefetchable: Bool
  /// The size in bytes, a power of two: at least 16 of memory, 4 ports, or 2048 of ROM.
  public let size: UInt64
  /// What answers there.
  public let device: any Device

  /// Describes a register.
  public init(
    _ offset: Int, _ kind: Kind, isPrefetchable: Bool = false, size: UInt64, device: any Device
  ) {
    let smallest: UInt64 =
      switch kind {
      case .memory32, .memory64: 16
      case .ports: 4
      case .expansionROM: 2048
      }
    precondition(
      size & (size - 1) == 0 && size >= smallest && (size <= 1 << 31 || kind == .memory64),
      "a base address register of \(size) bytes")
    self.offset = offset
    self.kind = kind
    self.isPrefetchable = isPrefetchable
    self.size = size
    self.device = device
  }

  /// Puts the register, at its value after a reset, into a configuration space.
  func install(in space: inout ConfigurationRegisters) {
    let mask = ~(size - 1)
    let low = UInt32(truncatingIfNeeded: mask)
    switch kind {
    case .memory32: space.set(offset, to: isPrefetchable ? 8 : 0 as UInt32, writable: low)
    case .memory64:
      space.set(offset, to: isPrefetchable ? 12 : 4 as UInt32, writable: low & ~0xF)
      space.set(offset + 4, to: 0 as UInt32, writable: UInt32(mask >> 32))
    case .ports: space.set(offset, to: 1 as UInt32, writable: low)
    case .expansionROM: space.set(offset, to: 0 as UInt32, writable: low | 1)
    }
  }

  /// The addresses that the register decodes, or `nil` where its space is not enabled.
  func addresses(in configuration: ConfigurationRegisters) -> (AddressSpace, ClosedRange<UInt64>)? {
    let command = configuration.word(0x04)
    let low = configuration.doubleword(offset)
    let base: UInt64
    switch kind {
    case .ports:
      guard command & 1 != 0 else { return nil }
      base = UInt64(low & ~3)
    case .expansionROM:
      guard command & 2 != 0 && low & 1 != 0 else { return nil }
      base = UInt64(low & ~0x7FF)
    case .memory32:
      guard command & 2 != 0 else { return nil }
      base = UInt64(low & ~0xF)
    case .memory64:
      guard command & 2 != 0 else { return nil }
      base = UInt64(configuration.doubleword(offset + 4)) << 32 | UInt64(low & ~0xF)
    }
    // Bits below the size can be set where a mutation makes them writable; no decoder compares them.
    let first = base & ~(size - 1)
    return (kind == .ports ? .ports : .memory, first...(first + (size - 1)))
  }
}
