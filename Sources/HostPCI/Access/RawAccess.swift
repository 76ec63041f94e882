/// How far a look at the live machine may go past the kernel's own interfaces to PCI. What a record
/// holds is always used.
public enum RawAccess: Sendable {
  /// Not at all.
  case none
  /// One function through the ports, two functions of each ECAM region that is vouched for.
  case samples
  /// As ``samples``, and every function through ECAM.
  case everyFunction
}
