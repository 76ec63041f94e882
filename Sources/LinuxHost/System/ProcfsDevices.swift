import Glibc
import PCIConfig

/// What the kernel tells of its functions in `/proc/bus/pci`, where sysfs is missing.
package struct ProcfsDevices {
  /// A line of the file `devices`.
  package struct Device: Equatable {
    package let vendorID: UInt16
    package let deviceID: UInt16
    package let interrupt: UInt32?
    package let driver: String?
  }

  /// The functions of all buses that have a directory.
  let addresses: [FunctionAddress]
  /// Whether there is no file at all.
  let isEmpty: Bool
  /// The paths of directories and files whose names are no address, without the leading slash.
  let unreadableNames: [String]
  private let devices: [UInt16: Device]

  /// Reads the directories of all buses.
  ///
  /// - Throws: `SystemFailure`, `ENOENT` where there is no such directory.
  init(_ host: Host) throws(SystemFailure) {
    let root = "proc/bus/pci"
    var addresses: [FunctionAddress] = []
    var unreadable: [String] = []
    let names = try Self.names(in: root, host)
    for bus in names where bus != "devices" {
      guard let first = Self.address(bus: bus, slot: "00.0") else {
        unreadable.append("\(root)/\(bus)")
        continue
      }
      for slot in try Self.names(in: "\(root)/\(bus)", host) {
        guard let address = Self.address(bus: bus, slot: slot), address.bus == first.bus else {
          unreadable.append("\(root)/\(bus)/\(slot)")
          continue
        }
        addresses.append(address)
      }
    }
    isEmpty = names.isEmpty
    self.addresses = addresses.sorted()
    unreadableNames = unreadable
    // The file has no segment: where there are several, its lines cannot be told apart.
    devices =
      addresses.allSatisfy { $0.segment == 0 }
      ? Self.devices(host.text("\(root)/devices").value ?? "") : [:]
  }

  /// What the kernel knows of a function beside its registers.
  package func device(at address: FunctionAddress) -> Device? { devices[address.routingID] }

  private static func names(in directory: String, _ host: Host) throws(SystemFailure) -> [String] {
    switch host.names(in: directory) {
    case .known(let names): return names
    case .absent(let path): throw SystemFailure("open", path, .errno(ENOENT))
    case .failed(let failure): throw failure
    }
  }

  /// An address of the names of its directory and file: `00` and `1f.3`, with the segment in front
  /// of the bus where it is not 0.
  private static func address(bus: String, slot: String) -> FunctionAddress? {
    FunctionAddress(bus.contains(":") ? "\(bus):\(slot)" : "0000:\(bus):\(slot)")
  }

  /// Takes the lines apart: routing identifier, vendor and device ID, interrupt, seven addresses,
  /// seven sizes and the driver, with tabulators between them.
  private static func devices(_ text: String) -> [UInt16: Device] {
    var devices: [UInt16: Device] = [:]
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count >= 3, let routingID = UInt16(fields[0], radix: 16),
        let identification = UInt32(fields[1], radix: 16)
      else { continue }
      let driver = fields.count > 17 ? String(fields[17]) : ""
      devices[routingID] = Device(
        vendorID: UInt16(identification >> 16),
        deviceID: UInt16(truncatingIfNeeded: identification),
        interrupt: UInt32(fields[2], radix: 16), driver: driver.isEmpty ? nil : driver)
    }
    return devices
  }
}
