import Glibc
import PCIConfig

/// Reads what the kernel tells of a function.
struct FunctionReader {
  private let host: Host
  private let address: FunctionAddress
  private let directory: String

  init(_ host: Host, _ address: FunctionAddress, directory: String) {
    self.host = host
    self.address = address
    self.directory = directory
  }

  /// Reads the function.
  ///
  /// - Parameters:
  ///   - details: What to read beside what it is.
  ///   - isMeant: Whether to read further, once it is known what it is.
  /// - Returns: The function; `nil` where it is not meant.
  func read(
    _ details: Inventory.Details, where isMeant: (ListedFunction) -> Bool
  ) -> Fact<ListedFunction?> {
    // The kernel tells most in this one file, which not every record has.
    let event = DeviceEvent(host.text(directory + "uevent").value ?? "")
    switch identified(event) {
    case .absent(let path): return .absent(path)
    case .failed(let failure): return .failed(failure)
    case .known(var function):
      guard isMeant(function) else { return .known(nil) }
      function.revisionID = number("revision").map { UInt8(truncatingIfNeeded: $0) }
      let count = byteCount(details, function, event)
      if count > 0 {
        switch host.bytes(directory + "config", limit: count) {
        case .known(let bytes): function.image = ConfigurationImage(bytes)
        case .absent: break
        case .failed(let failure): return .failed(failure)
        }
      }
      function.revisionID = function.revisionID ?? function.registers?.byte(at: 8)
      if details.contains(.subsystem) {
        function.subsystem = event.tellsSubsystem ? event.subsystem : function.recordedSubsystem
      }
      if details.contains(.driver) { function.driver = event.driver ?? linkedName("driver") }
      if details.contains(.placement) {
        function.numaNode = host.line(directory + "numa_node").value.flatMap { Int($0) }
          .flatMap { $0 < 0 ? nil : $0 }
        function.iommuGroup = linkedName("iommu_group")
      }
      if details.contains(.assignments) {
        function.interrupt = host.line(directory + "irq").value.flatMap { UInt32($0) }
        function.ranges = host.text(directory + "resource").value.map(AssignedRange.parse) ?? []
      }
      return .known(function)
    }
  }

  /// The modules that claim the function.
  func modules(_ aliases: ModuleAliases) -> [String] {
    host.line(directory + "modalias").value.map(aliases.modules) ?? []
  }

  /// How many bytes of registers must be read, as little as needed: each costs an access.
  private func byteCount(
    _ details: Inventory.Details, _ function: ListedFunction, _ event: DeviceEvent
  ) -> Int {
    if details.contains(.registers) { return 4096 }
    // A bridge has it in a capability.
    if details.contains(.subsystem) && !event.tellsSubsystem { return 256 }
    let isBridge = function.classCode.base == 0x06
    return function.revisionID == nil || isBridge && details.contains(.bridges) ? 64 : 0
  }

  private func identified(_ event: DeviceEvent) -> Fact<ListedFunction> {
    if let (vendor, device) = event.identification, let code = event.classCode {
      return .known(
        ListedFunction(address: address, vendorID: vendor, deviceID: device, classCode: code))
    }
    if let vendor = number("vendor"), let device = number("device"), let code = number("class") {
      return .known(
        ListedFunction(
          address: address, vendorID: UInt16(truncatingIfNeeded: vendor),
          deviceID: UInt16(truncatingIfNeeded: device), classCode: ClassCode(register: code)))
    }
    return host.bytes(directory + "config", limit: 256).compactMap(
      orAbsent: "/\(directory)config with a header"
    ) { try? ListedFunction(address, ConfigurationImage($0)) }
  }

  /// The number in a file, `0x` and digits.
  private func number(_ name: String) -> UInt32? {
    host.line(directory + name).value.flatMap { line in
      line.hasPrefix("0x") ? hexadecimalNumber(line.dropFirst(2)) : nil
    }
  }

  /// The name of what a symbolic link leads to.
  private func linkedName(_ link: String) -> String? {
    host.linkTarget(directory + link).value?.split(separator: "/").last.map(String.init)
  }
}

/// What the kernel announces of a device: the lines of its `uevent` file.
private struct DeviceEvent {
  private var fields: [Substring: Substring] = [:]

  init(_ text: String) {
    for line in text.lines {
      guard let equals = line.firstIndex(of: "=") else { continue }
      fields[line[..<equals]] = line[line.index(after: equals)...]
    }
  }

  var identification: (vendor: UInt16, device: UInt16)? { pair("PCI_ID") }

  var classCode: ClassCode? {
    fields["PCI_CLASS"].flatMap(hexadecimalNumber).map(ClassCode.init(register:))
  }

  var tellsSubsystem: Bool { pair("PCI_SUBSYS_ID") != nil }

  /// The board; `nil` where the kernel has zeros or ones for none.
  var subsystem: Header.Subsystem? {
    guard let (vendor, id) = pair("PCI_SUBSYS_ID"), vendor != 0, vendor != 0xFFFF else {
      return nil
    }
    return Header.Subsystem(vendorID: vendor, id: id)
  }

  var driver: String? { fields["DRIVER"].map(String.init) }

  private func pair(_ name: Substring) -> (UInt16, UInt16)? {
    let numbers = fields[name]?.split(separator: ":").map { UInt16($0, radix: 16) } ?? []
    guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else { return nil }
    return (first, second)
  }
}

extension ClassCode {
  /// The class code as the kernel writes it: base class, class and interface in 24 bits.
  fileprivate init(register value: UInt32) {
    self.init(
      base: UInt8(truncatingIfNeeded: value >> 16), sub: UInt8(truncatingIfNeeded: value >> 8),
      interface: UInt8(truncatingIfNeeded: value))
  }
}
