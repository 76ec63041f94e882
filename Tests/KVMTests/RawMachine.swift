import CLinux
import Glibc
import Testing

/// A machine that is asked without the wrapper, for requests that the wrapper cannot express.
struct RawMachine: ~Copyable {
  private let system: Int32
  private let machine: Int32

  init() throws {
    system = open("/dev/kvm", O_RDWR | O_CLOEXEC)
    machine = clinux_ioctl(system, CLINUX_KVM_CREATE_VM, 0)
    try #require(machine >= 0)
  }

  deinit {
    close(machine)
    close(system)
  }

  /// Issues a request whose argument is a number.
  func request(_ number: UInt, _ value: UInt = 0) -> Int32 {
    clinux_ioctl(machine, number, value) < 0 ? errno : 0
  }

  /// Issues a request whose argument is a structure.
  ///
  /// - Returns: The error number, or 0.
  func request<Value>(_ number: UInt, _ structure: Value) -> Int32 {
    var structure = structure
    return withUnsafeMutablePointer(to: &structure) { request(number, UInt(bitPattern: $0)) }
  }
}
