/// Where a device is that a guest talks to.
public enum IOAddress: Hashable, Sendable {
  /// A port.
  case port(UInt16)
  /// A physical address of the guest's.
  case memory(UInt64)
}

extension IOAddress: CustomStringConvertible {
  /// Such as `port 0x70`.
  public var description: String {
    switch self {
    case .port(let port): "port \(hexadecimal(port))"
    case .memory(let address): "memory \(hexadecimal(address))"
    }
  }
}
