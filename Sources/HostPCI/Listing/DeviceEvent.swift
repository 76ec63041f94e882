import LinuxHost
import PCIConfig

/// What the kernel announces of a device: the lines of its `uevent` file.
struct DeviceEvent {
  private var lines: [Substring] = []

  init(_ text: String) { lines = text.lines }

  /// What procfs tells.
  init(_ device: ProcfsDevices.Device?) {
    guard let device else { return }
    let vendor = hexadecimal(device.vendorID, digits: 4)
    lines = ["PCI_ID=\(vendor):\(hexadecimal(device.deviceID, digits: 4))"]
    if let driver = device.driver { lines.append("DRIVER=\(driver)") }
  }

  var identification: (vendor: UInt16, device: UInt16)? { pair("PCI_ID") }

  var classCode: ClassCode? {
    value("PCI_CLASS").flatMap { hexadecimalNumber($0.utf8) }.flatMap(UInt32.init(exactly:)).map(
      ClassCode.init(register:))
  }

  var tellsSubsystem: Bool { pair("PCI_SUBSYS_ID") != nil }

  /// The board; `nil` where the kernel has zeros or ones for none.
  var subsystem: Header.Subsystem? {
    guard let (vendor, id) = pair("PCI_SUBSYS_ID"), vendor != 0, vendor != 0xFFFF else {
      return nil
    }
    return Header.Subsystem(vendorID: vendor, id: id)
  }

  var driver: String? { value("DRIVER").map(String.init) }

  private func value(_ name: String) -> Substring? {
    let start = name + "="
    return lines.last { $0.hasPrefix(start) }?.dropFirst(start.count)
  }

  private func pair(_ name: String) -> (UInt16, UInt16)? {
    let numbers = value(name)?.split(separator: ":").map { UInt16($0, radix: 16) } ?? []
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else { return nil }
    return (first, second)
  }
}

extension ClassCode {
  /// The class code as the kernel writes it: base class, class and interface in 24 bits.
  init(register value: UInt32) {
    self.init(
      base: UInt8(truncatingIfNeeded: value >> 16), sub: UInt8(truncatingIfNeeded: value >> 8),
      interface: UInt8(truncatingIfNeeded: value))
  }
}
