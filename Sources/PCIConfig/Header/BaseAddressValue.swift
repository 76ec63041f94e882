/// The value of a base address register, or of a pair of them, taken apart
/// (PCI Local Bus Specification 3.0, 6.2.5.1 and 6.2.5.2).
public struct BaseAddressValue: Hashable, Sendable {
  /// What kind of range a register places.
  public enum Kind: Hashable, Sendable {
    /// I/O ports.
    case io
    /// Memory anywhere below 4 GiB.
    case memory32(isPrefetchable: Bool)
    /// Memory below 1 MiB, a kind that version 3.0 of the specification reserves.
    case memoryBelow1MiB(isPrefetchable: Bool)
    /// Memory anywhere; the next register holds bits 63:32.
    case memory64(isPrefetchable: Bool)
    /// The reserved type, bits 2:1 both set.
    case reserved(isPrefetchable: Bool)
    /// The expansion ROM; it answers where bit 0 is set.
    case expansionROM(isEnabled: Bool)
  }

  /// The register, of a pair the lower one.
  public let register: Register
  /// The kind.
  public let kind: Kind
  /// The address; 0 where none is assigned.
  public let address: UInt64
  /// Whether the register says that it is the lower half of a pair, and no register follows it.
  public let lacksUpperHalf: Bool

  /// Takes the value of a base address register apart.
  ///
  /// - Parameters:
  ///   - value: The value of the register.
  ///   - upper: The value of the next register; `nil` for the last one.
  ///   - register: The register.
  public init(_ value: UInt32, upper: UInt32?, register: Register) {
    self.register = register
    let kind = Self.kind(value)
    self.kind = kind
    switch kind {
    case .io: address = UInt64(value & ~3)
    case .memory64: address = UInt64(value & ~15) | UInt64(upper ?? 0) << 32
    default: address = UInt64(value & ~15)
    }
    lacksUpperHalf = kind.isPair && upper == nil
  }

  /// Takes the value of an expansion ROM's base address apart.
  ///
  /// - Parameters:
  ///   - value: The value of the register: the address in bits 31:11, enabled in bit 0.
  ///   - register: The register.
  public init(expansionROM value: UInt32, register: Register) {
    self.register = register
    kind = .expansionROM(isEnabled: value & 1 == 1)
    address = UInt64(value & ~0x7FF)
    lacksUpperHalf = false
  }

  private static func kind(_ value: UInt32) -> Kind {
    guard value & 1 == 0 else { return .io }
    let isPrefetchable = value & 8 != 0
    switch value >> 1 & 3 {
    case 0: return .memory32(isPrefetchable: isPrefetchable)
    case 1: return .memoryBelow1MiB(isPrefetchable: isPrefetchable)
    case 2: return .memory64(isPrefetchable: isPrefetchable)
    default: return .reserved(isPrefetchable: isPrefetchable)
    }
  }
}

extension BaseAddressValue.Kind {
  /// Whether the next register holds the upper half of the address.
  public var isPair: Bool {
    guard case .memory64 = self else { return false }
    return true
  }

  /// Whether the range is memory of the function's own, and no expansion ROM.
  public var isMemory: Bool {
    switch self {
    case .memory32, .memoryBelow1MiB, .memory64: true
    case .io, .reserved, .expansionROM: false
    }
  }

  /// Whether reads have no side effects and may be merged; never for ports.
  public var isPrefetchable: Bool {
    switch self {
    case .memory32(let isPrefetchable), .memoryBelow1MiB(let isPrefetchable),
      .memory64(let isPrefetchable), .reserved(let isPrefetchable):
      isPrefetchable
    case .io, .expansionROM: false
    }
  }
}
