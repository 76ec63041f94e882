import KVM

/// The kinds of exits to user space that a profile counts.
public enum ExitKind: String, CaseIterable, Sendable {
  /// The guest has read a port.
  case portRead = "port read"
  /// The guest has written to a port.
  case portWrite = "port write"
  /// The guest has read memory that a device shows.
  case memoryRead = "memory read"
  /// The guest has written to memory that a device shows.
  case memoryWrite = "memory write"
  /// Anything else: halts, kicks, errors.
  case other

  init(_ access: ProfiledAccess?) {
    guard let access else {
      self = .other
      return
    }
    switch (access.address, access.direction) {
    case (.port, .read): self = .portRead
    case (.port, .write): self = .portWrite
    case (.memory, .read): self = .memoryRead
    case (.memory, .write): self = .memoryWrite
    }
  }
}
