/// A capability of HyperTransport: the first 16 bits behind the pointer to the next one (HyperTransport
/// I/O Link Specification 3.10, 7.4).
public struct HyperTransportCapability: Hashable, Sendable {
  /// What the capability is for, by bits 15:11 of ``command``; of the first two only 15:13 count.
  public enum Kind: Hashable, Sendable {
    /// A device's links.
    case primary
    /// A host's link.
    case secondary
    /// A switch.
    case switching
    /// Interrupts.
    case interruptDiscovery
    /// The revision of the specification.
    case revisionID
    /// How many unit IDs are one function's.
    case unitIDClumping
    /// The way into extended configuration space.
    case extendedConfigurationAccess
    /// The mapping of addresses.
    case addressMapping
    /// The mapping of message signalled interrupts.
    case msiMapping
    /// Routing between devices of a chain.
    case directRoute
    /// Sets of virtual channels.
    case virtualChannelSet
    /// Retrying of packets.
    case retryMode
    /// Another number.
    case other(UInt8)
  }

  /// The command register, 16 bits.
  public let command: UInt16

  /// Takes the capability apart.
  ///
  /// - Parameter capability: A capability of any ID.
  /// - Returns: `nil` for another capability.
  public init?(_ capability: Capability) {
    guard capability.id == .hyperTransport else { return nil }
    command = capability.header
  }

  /// What the capability is for.
  public var kind: Kind {
    switch UInt8(command >> 11) {
    case 0b00000...0b00011: .primary
    case 0b00100...0b00111: .secondary
    case 0b01000: .switching
    case 0b10000: .interruptDiscovery
    case 0b10001: .revisionID
    case 0b10010: .unitIDClumping
    case 0b10011: .extendedConfigurationAccess
    case 0b10100: .addressMapping
    case 0b10101: .msiMapping
    case 0b10110: .directRoute
    case 0b10111: .virtualChannelSet
    case 0b11000: .retryMode
    case let number: .other(number)
    }
  }

  /// How many bytes the capability has; `nil` where that is not known.
  public var byteCount: Int? {
    switch kind {
    case .primary: 28
    case .interruptDiscovery: 8
    case .revisionID: 4
    case .unitIDClumping, .extendedConfigurationAccess: 12
    // A fixed mapping has no address of its own.
    case .msiMapping: command >> 1 & 1 == 1 ? 4 : 12
    default: nil
    }
  }
}
