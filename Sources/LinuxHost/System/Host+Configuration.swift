import Glibc
import PCIConfig

extension Host {
  /// Reads a doubleword through the file that the kernel lists: in sysfs, else in procfs.
  ///
  /// - Parameters:
  ///   - function: A function that the kernel knows.
  ///   - register: A multiple of 4.
  package func doubleword(of function: KnownFunction, _ register: Register) -> Fact<UInt32> {
    doubleword(function.configPath, register)
  }

  /// Reads a doubleword through the `config` file in sysfs.
  ///
  /// - Parameters:
  ///   - function: A function that the kernel knows.
  ///   - register: A multiple of 4.
  package func sysfsDoubleword(of function: KnownFunction, _ register: Register) -> Fact<UInt32> {
    doubleword(function.sysfsConfigPath, register)
  }

  /// Reads a doubleword through the file in procfs.
  ///
  /// - Parameters:
  ///   - function: A function that the kernel knows.
  ///   - register: A multiple of 4.
  package func procfsDoubleword(of function: FunctionAddress, _ register: Register) -> Fact<UInt32>
  {
    Fact.first(of: procfsPaths(of: function)) { doubleword($0, register) }
  }

  /// Where a function's file in procfs may be, the likeliest first: Linux puts the domain in front
  /// of the bus where there is more than one host bridge domain.
  package func procfsPaths(of function: FunctionAddress) -> [String] {
    let bus = hexadecimal(function.bus, digits: 2)
    let slot = "\(hexadecimal(function.device, digits: 2)).\(function.function)"
    let qualified = "proc/bus/pci/\(hexadecimal(function.segment, digits: 4)):\(bus)/\(slot)"
    return function.segment == 0 ? ["proc/bus/pci/\(bus)/\(slot)", qualified] : [qualified]
  }

  /// Whether a function has power, as far as the kernel tells.
  package func isPoweredOn(_ function: KnownFunction) -> Bool { isPoweredOn(function.address) }

  /// Whether a function has power, as far as the kernel tells.
  package func isPoweredOn(_ function: FunctionAddress) -> Bool {
    line("sys/bus/pci/devices/\(function)/power_state").value != "D3cold"
  }

  private func doubleword(_ name: String, _ register: Register) -> Fact<UInt32> {
    let offset = Int(register.offset)
    switch bytes(name, at: offset, limit: 4) {
    case .known(let bytes) where bytes.count == 4:
      return .known(UInt32(bytes.littleEndian(at: 0, count: 4)))
    case .known:
      return .failed(SystemFailure("read", "/\(name) at \(register)", .endOfFile))
    case .absent(let path): return .absent(path)
    case .failed(let failure): return .failed(failure)
    }
  }
}
