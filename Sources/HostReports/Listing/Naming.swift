import HostPCI
import PCIConfig

/// How vendors, devices and classes are written: in numbers, in names or in both.
public struct Naming: Sendable {
  /// What is written.
  public enum Style: Sendable {
    /// Names, and numbers where there is none.
    case names
    /// Numbers: lspci's `-n`. A programming interface still has its name.
    case numbers
    /// Names with numbers in brackets: lspci's `-nn`.
    case both
  }

  /// What is written.
  public let style: Style
  private let database: NameDatabase?
  /// The names of vendors, devices, boards and classes, which numbers take the place of.
  private var names: NameDatabase? { style == .numbers ? nil : database }

  /// Creates a naming.
  ///
  /// - Parameters:
  ///   - style: What is written.
  ///   - database: The names; `nil` where there are none.
  public init(_ style: Style, database: NameDatabase?) {
    self.style = style
    self.database = database
  }

  /// Numbers alone.
  public static let numbers = Naming(.numbers, database: nil)

  func vendorName(_ id: UInt16) -> String? { names?.vendor(id) }

  func deviceName(_ id: UInt16, of vendor: UInt16) -> String? { names?.device(id, of: vendor) }

  func subsystemName(_ subsystem: Header.Subsystem, on function: ListedFunction) -> String? {
    names?.subsystem(
      subsystem.id, by: subsystem.vendorID, on: function.deviceID, of: function.vendorID)
  }

  func className(_ code: ClassCode) -> String? {
    names?.subclass(code.sub, of: code.base) ?? names?.baseClass(code.base)
  }

  func interfaceName(_ code: ClassCode) -> String? {
    database?.interface(code.interface, of: code.sub, code.base)
  }

  /// A class, for example `0200`, `Ethernet controller` or `Ethernet controller [0200]`.
  func classText(_ code: ClassCode) -> String {
    let number = hexadecimal(UInt16(code.base) << 8 | UInt16(code.sub), digits: 4)
    if let name = names?.subclass(code.sub, of: code.base) {
      return text(name, number, unknown: "Class")
    }
    // The base class alone says too little.
    if let name = names?.baseClass(code.base) { return "\(name) [\(number)]" }
    return text(nil, number, unknown: "Class")
  }

  func vendorText(_ id: UInt16, unknown: String = "Vendor") -> String {
    text(vendorName(id), hexadecimal(id, digits: 4), unknown: unknown)
  }

  func deviceText(_ id: UInt16, of vendor: UInt16) -> String {
    text(deviceName(id, of: vendor), hexadecimal(id, digits: 4), unknown: "Device")
  }

  /// A board alone, without its vendor.
  func boardText(_ subsystem: Header.Subsystem, on function: ListedFunction) -> String {
    text(
      subsystemName(subsystem, on: function), hexadecimal(subsystem.id, digits: 4),
      unknown: "Device")
  }

  /// A vendor and a device.
  func functionText(_ function: ListedFunction) -> String {
    pair(
      function.vendorID, vendorName(function.vendorID), function.deviceID,
      deviceName(function.deviceID, of: function.vendorID))
  }

  /// A board's vendor and the board.
  func subsystemText(_ subsystem: Header.Subsystem, on function: ListedFunction) -> String {
    pair(
      subsystem.vendorID, vendorName(subsystem.vendorID), subsystem.id,
      subsystemName(subsystem, on: function))
  }

  private func text(_ name: String?, _ number: String, unknown: String) -> String {
    switch (style, name) {
    case (.numbers, _): number
    case (.names, let name?): name
    case (.names, nil): "\(unknown) \(number)"
    case (.both, let name): "\(name ?? unknown) [\(number)]"
    }
  }

  private func pair(
    _ vendor: UInt16, _ vendorName: String?, _ device: UInt16, _ deviceName: String?
  ) -> String {
    let number = hexadecimal(device, digits: 4)
    let numbers = hexadecimal(vendor, digits: 4) + ":" + number
    switch (style, vendorName, deviceName) {
    case (.numbers, _, _): return numbers
    case (.names, let vendor?, let device?): return "\(vendor) \(device)"
    case (.names, let vendor?, nil): return "\(vendor) Device \(number)"
    case (.names, nil, _): return "Device \(numbers)"
    case (.both, let vendor?, let device): return "\(vendor) \(device ?? "Device") [\(numbers)]"
    case (.both, nil, _): return "Device [\(numbers)]"
    }
  }
}
