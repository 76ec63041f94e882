/// Why a mechanism cannot make an access.
public enum ReachError: Error, Equatable, Sendable {
  /// The register lies beyond the 256 bytes that the mechanism addresses.
  case register(Register)
  /// The mechanism serves another segment.
  case segment(UInt32)
  /// The region decodes other buses.
  case bus(UInt8, decoded: ClosedRange<UInt8>)
}

extension ReachError: CustomStringConvertible {
  /// What cannot be reached and what can, in one line.
  public var description: String {
    switch self {
    case .register(let register): "register \(register): mechanism 1 reaches 0x00 to 0xff"
    case .segment(let segment):
      "segment \(hexadecimal(segment, digits: 4)): the mechanism serves another one"
    case .bus(let bus, let decoded):
      "bus \(hexadecimal(bus, digits: 2)): the region decodes "
        + "\(hexadecimal(decoded.lowerBound, digits: 2)) to "
        + "\(hexadecimal(decoded.upperBound, digits: 2))"
    }
  }
}
