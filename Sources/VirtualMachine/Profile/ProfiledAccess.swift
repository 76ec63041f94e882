import KVM

/// What exits are told apart by: the address of an access and its direction.
public struct ProfiledAccess: Hashable, Sendable {
  /// Which way data moves, seen from the guest.
  public enum Direction: String, CaseIterable, Sendable {
    /// To the guest.
    case read
    /// From the guest.
    case write
  }

  /// The address of the first byte.
  public var address: IOAddress
  /// Which way data moves.
  public var direction: Direction

  /// Describes an access.
  public init(_ address: IOAddress, _ direction: Direction) {
    self.address = address
    self.direction = direction
  }

  /// The access for which a processor has left the guest; `nil` where it left for another reason.
  init?(_ exit: Exit) {
    switch exit {
    case .portRead(let access): self.init(.port(access.port), .read)
    case .portWrite(let access): self.init(.port(access.port), .write)
    case .memoryRead(let access): self.init(.memory(access.address), .read)
    case .memoryWrite(let access, _): self.init(.memory(access.address), .write)
    default: return nil
    }
  }
}

extension ProfiledAccess: CustomStringConvertible {
  /// As `perf kvm stat report` has it: `0x70:POUT`, `0x71:PIN`, `0xfed000f0:R`, `0xfed000f0:W`.
  public var description: String {
    switch (address, direction) {
    case (.port(let port), .read): "\(hexadecimal(port)):PIN"
    case (.port(let port), .write): "\(hexadecimal(port)):POUT"
    case (.memory(let address), .read): "\(hexadecimal(address)):R"
    case (.memory(let address), .write): "\(hexadecimal(address)):W"
    }
  }
}

extension ProfiledAccess: Comparable {
  /// Ports first; by address, reads before writes.
  public static func < (left: ProfiledAccess, right: ProfiledAccess) -> Bool {
    left.order < right.order
  }

  private var order: (Int, UInt64, Int) {
    let direction = direction == .read ? 0 : 1
    return switch address {
    case .port(let port): (0, UInt64(port), direction)
    case .memory(let address): (1, address, direction)
    }
  }
}
