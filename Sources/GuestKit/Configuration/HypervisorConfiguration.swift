import GuestProtocol

/// A hypervisor as `hypervisors.yml` describes it. The format is documented in that file's header.
public struct HypervisorConfiguration: Equatable, Sendable {
  /// How to learn the version of the product.
  public struct VersionCommand: Hashable, Sendable {
    /// The command; it is found like the one that runs guests.
    public var command: [String]
    /// A regular expression whose first group is the version.
    public var pattern: String

    /// Creates a way to learn a version.
    public init(command: [String], pattern: String) {
      self.command = command
      self.pattern = pattern
    }
  }

  /// What a machine must have, beyond the command.
  public enum Need: String, CaseIterable, Sendable {
    /// `/dev/kvm`, to be opened for reading and writing.
    case kvm
  }

  /// The name by which people call it.
  public var name: String
  /// What it is, in one line.
  public var description = ""
  /// The product behind it, such as `qemu`.
  public var product = ""
  /// The command, with ``imagePlaceholder`` and, where wanted, ``timeLimitPlaceholder`` in it.
  public var command: [String]
  /// Variables that are set for the command.
  public var environment: [String: String] = [:]
  /// What the machine must have.
  public var needs: [Need] = []
  /// How to get the command where it is missing.
  public var install: String?
  /// What guests may require of it.
  public var provides: [String] = []
  /// What exit statuses mean.
  public var statuses: [Int32: StatusMeaning] = [:]
  /// Regular expressions for lines on standard error after which the guest is lost, though the
  /// process may live on.
  public var fatalOutput: [String] = []
  /// How to learn the product's version.
  public var version: VersionCommand?
  /// What every guest is told.
  public var tells = Parameters()

  /// Stands for a time limit in whole seconds in ``command``, above the one that holds anyway.
  public static let timeLimitPlaceholder = "{time-limit}"
  /// Stands for the image's path in ``command``.
  public static let imagePlaceholder = "{image}"

  /// Creates a hypervisor that needs nothing and provides nothing.
  public init(name: String, command: [String]) {
    self.name = name
    self.command = command
  }
}
