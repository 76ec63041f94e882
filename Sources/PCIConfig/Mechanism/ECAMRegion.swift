/// A memory window of the Enhanced Configuration Access Mechanism: 4 KiB for each function of a
/// range of buses.
///
/// PCI Express Base Specification 6.0, 7.2.2; PCI Firmware Specification 3.3, 4.1.2.
public struct ECAMRegion: Hashable, Sendable {
  /// The address of bus 0, also where the region starts at a later bus and nothing answers there.
  public let base: UInt64
  /// The segment group, 32 bits.
  public let segment: UInt32
  /// The buses that the region decodes.
  public let buses: ClosedRange<UInt8>

  /// Creates a region.
  ///
  /// - Parameters:
  ///   - base: The address that bus 0 has or would have, a multiple of 1 MiB.
  ///   - segment: The segment group, 32 bits.
  ///   - buses: The buses that the region decodes.
  /// - Throws: ``ECAMRegionError``.
  public init(
    base: UInt64, segment: UInt32 = 0, buses: ClosedRange<UInt8>
  ) throws(ECAMRegionError) {
    guard base % Self.bytesPerBus == 0 else { throw .misalignedBase(base) }
    let end = UInt64(buses.upperBound) * Self.bytesPerBus + (Self.bytesPerBus - 1)
    guard base <= Self.lastAddress - end else { throw .beyondMemory(base, buses) }
    self.base = base
    self.segment = segment
    self.buses = buses
  }

  /// The last physical address that a processor may have: of 52 bits (Intel SDM, volume 3, 5.1.4;
  /// AMD64 Architecture Programmer's Manual, volume 2, 1.1.3).
  private static let lastAddress: UInt64 = 1 << 52 - 1

  /// The size of a bus in the window: 1 MiB.
  public static let bytesPerBus: UInt64 = 1 << 20

  /// The first and last address that the region decodes.
  public var addresses: ClosedRange<UInt64> {
    let first = base + UInt64(buses.lowerBound) * Self.bytesPerBus
    return first...(base + UInt64(buses.upperBound) * Self.bytesPerBus + (Self.bytesPerBus - 1))
  }

  /// The number of bytes that the region decodes, 1 MiB to 256 MiB.
  public var byteCount: UInt64 { UInt64(buses.count) * Self.bytesPerBus }

  /// The memory address of an access: bus in bits 27:20, device in 19:15, function in 14:12,
  /// register in 11:0, added to the base.
  ///
  /// - Throws: ``ReachError/segment(_:)``; ``ReachError/bus(_:decoded:)``.
  public func address(of access: ConfigurationAccess) throws(ReachError) -> UInt64 {
    guard access.function.segment == segment else { throw .segment(access.function.segment) }
    guard buses.contains(access.function.bus) else {
      throw .bus(access.function.bus, decoded: buses)
    }
    return base + (UInt64(access.function.routingID) << 12 | UInt64(access.register.offset))
  }
}

/// Why an ECAM region cannot be.
public enum ECAMRegionError: Error, Equatable, Sendable {
  /// A base that is not a multiple of 1 MiB.
  case misalignedBase(UInt64)
  /// A region whose last bus lies beyond physical addresses, which have at most 52 bits.
  case beyondMemory(UInt64, ClosedRange<UInt8>)
  /// A first bus behind the last one.
  case reversedBuses(UInt8, UInt8)
}

extension ECAMRegionError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    switch self {
    case .misalignedBase(let base):
      "ECAM base 0x\(hexadecimal(base, digits: 1)): expected a multiple of 1 MiB"
    case .beyondMemory(let base, let buses):
      "ECAM base 0x\(hexadecimal(base, digits: 1)): bus "
        + "\(hexadecimal(buses.upperBound, digits: 2)) would lie beyond 52-bit addresses"
    case .reversedBuses(let first, let last):
      "buses \(hexadecimal(first, digits: 2)) to \(hexadecimal(last, digits: 2)): "
        + "expected the first not behind the last"
    }
  }
}
