import Glibc

/// Whether a hypervisor can run on this machine.
public enum Availability: Equatable, Sendable {
  /// What is missing, and what would help.
  public struct Obstacle: Equatable, Codable, Sendable {
    /// What is missing.
    public var missing: String
    /// What would help.
    public var remedy: String
    /// Whether it is KVM that is missing.
    public var isKVM: Bool

    /// Creates an obstacle.
    public init(missing: String, remedy: String, isKVM: Bool = false) {
      self.missing = missing
      self.remedy = remedy
      self.isKVM = isKVM
    }
  }

  /// It can; the program has this path.
  case available(program: String)
  /// It cannot.
  case unavailable([Obstacle])

  /// Looks at this machine.
  ///
  /// - Parameters:
  ///   - hypervisor: The hypervisor.
  ///   - device: KVM's device file.
  public init(of hypervisor: HypervisorConfiguration, device: String = "/dev/kvm") {
    var obstacles: [Obstacle] = []
    var program = ""
    let command = hypervisor.command[0]
    switch Programs.find(command) {
    case .found(let path): program = path
    case .notExecutable(let path):
      obstacles.append(
        Obstacle(missing: "\(path) cannot be executed", remedy: "make it executable"))
    case .folder(let path):
      obstacles.append(Obstacle(missing: "\(path) is a folder", remedy: "name a program"))
    case .missing:
      obstacles.append(
        Obstacle(
          missing: "there is no \(command)",
          remedy: hypervisor.install ?? "install it or correct its command"))
    }
    if hypervisor.needs.contains(.kvm), let obstacle = Self.obstacle(opening: device) {
      obstacles.append(obstacle)
    }
    self = obstacles.isEmpty ? .available(program: program) : .unavailable(obstacles)
  }

  private static func obstacle(opening device: String) -> Obstacle? {
    let descriptor = open(device, O_RDWR | O_CLOEXEC)
    guard descriptor < 0 else {
      defer { close(descriptor) }
      // KVM_GET_API_VERSION (Documentation/virt/kvm/api.rst, 4.1), which is 12 for good.
      return ioctl(descriptor, 0xAE00, 0) == 12
        ? nil : Obstacle(missing: "\(device) is not KVM's", remedy: "load kvm", isKVM: true)
    }
    let number = errno
    let (missing, remedy) =
      switch number {
      case ENOENT:
        (
          "there is no \(device)",
          "load kvm_intel or kvm_amd; in a virtual machine, enable nested virtualisation"
        )
      case EACCES, EPERM:
        ("no permission to open \(device)", "become a member of the group that owns it")
      default:
        (
          "\(device) cannot be opened: \(SystemReason.text(number))",
          "see the kernel's log for the reason"
        )
      }
    return Obstacle(missing: missing, remedy: remedy, isKVM: true)
  }
}
