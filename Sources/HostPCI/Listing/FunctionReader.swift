import Glibc
import LinuxHost
import PCIConfig

/// Reads what the kernel tells of a function, and what its registers do.
struct FunctionReader {
  private let access: HostAccess
  private let host: Host
  private let address: FunctionAddress
  private let directory: String
  private let procfs: ProcfsDevices?
  private let byteLimit: Int

  /// Takes a function.
  ///
  /// - Parameters:
  ///   - access: The machine, and the mode in which registers are accessed.
  ///   - address: The function.
  ///   - procfs: What lists it; `nil` for sysfs.
  ///   - byteLimit: How many bytes are read where registers are asked for.
  init(
    _ access: HostAccess, _ address: FunctionAddress, _ procfs: ProcfsDevices?, byteLimit: Int
  ) {
    self.access = access
    host = access.host
    self.address = address
    directory = "sys/bus/pci/devices/\(address)/"
    self.procfs = procfs
    self.byteLimit = byteLimit
  }

  /// Whether sysfs says what the function is, and nothing else was asked for.
  private var isKnownToSysfs: Bool {
    procfs == nil && (access.choice == .kernel || access.choice == .mode(.sysfs))
  }

  /// Reads the function.
  ///
  /// - Parameters:
  ///   - details: What to read beside what it is.
  ///   - isMeant: Whether to read further, once it is known what it is.
  /// - Returns: The function, and why there are no registers of it that were asked for; `nil` where it
  ///   is not meant.
  /// - Throws: A `RegisterFailure` where nothing tells what it is.
  func read(
    _ details: Inventory.Details, where isMeant: (ListedFunction) -> Bool
  ) throws(RegisterFailure) -> (function: ListedFunction, unread: RegisterFailure?)? {
    // The kernel tells most in this one file, which not every record has.
    let event = event
    let registers: FunctionSpace
    do {
      registers = try access.open(address)
    } catch {
      throw failure(error)
    }
    var function = try isKnownToSysfs ? identified(event) : identified(by: registers, event)
    guard isMeant(function) else { return nil }
    if isKnownToSysfs {
      function.revisionID = number("revision").map { UInt8(truncatingIfNeeded: $0) }
      function.mode = .sysfs
    }
    let count = byteCount(details, function, event)
    var unread: RegisterFailure?
    if count > 0 {
      do {
        unread = try read(count, details, of: registers, into: &function).map(failure)
      } catch {
        if error.missingFile == nil { unread = failure(error) }
      }
    }
    function.revisionID = function.revisionID ?? function.registers?.byte(at: 8)
    if details.contains(.subsystem) {
      function.subsystem =
        isKnownToSysfs && event.tellsSubsystem ? event.subsystem : function.recordedSubsystem
    }
    if details.contains(.driver) { function.driver = event.driver ?? linkedName("driver") }
    if details.contains(.placement) {
      function.numaNode = host.line(directory + "numa_node").value.flatMap { Int($0) }
        .flatMap { $0 < 0 ? nil : $0 }
      function.iommuGroup = linkedName("iommu_group")
    }
    if details.contains(.assignments) {
      function.interrupt =
        host.line(directory + "irq").value.flatMap { UInt32($0) }
        ?? procfs?.device(at: address)?.interrupt
      function.ranges = host.text(directory + "resource").value.map(AssignedRange.parse) ?? []
    }
    return (function, unread)
  }

  /// Reads registers from the first on and, where they are asked for, those of capabilities.
  ///
  /// - Returns: Why registers from 0x100 up were not read; `nil` where they were, or there are none.
  private func read(
    _ count: Int, _ details: Inventory.Details, of registers: FunctionSpace,
    into function: inout ListedFunction
  ) throws(AccessFailure) -> AccessFailure? {
    let block = try registers.block(limit: count)
    let bytes = block.bytes
    function.image = ConfigurationImage(bytes)
    function.mode = block.mode
    function.extendedMode = block.extendedMode
    guard count < 4096, !details.isDisjoint(with: [.registers, .capabilities]),
      let header = function.header
    else { return block.extendedFailure }
    var image = bytes
    if header.layout == .cardBus, count < 128 {
      image = try registers.block(limit: 128).bytes
      function.image = ConfigurationImage(image)
    }
    guard details.contains(.capabilities) else { return block.extendedFailure }
    let current = IdentifiedRegisters(
      registers,
      identification: UInt32(function.deviceID) << 16 | UInt32(function.vendorID))
    let onDemand = RegistersOnDemand(current, after: image)
    _ = FunctionCapabilities(onDemand, header)
    function.image = onDemand.image
    return block.extendedFailure
  }

  private var event: DeviceEvent {
    procfs.map { DeviceEvent($0.device(at: address)) }
      ?? DeviceEvent(host.text(directory + "uevent").value ?? "")
  }

  private func failure(_ failure: AccessFailure) -> RegisterFailure {
    RegisterFailure(
      line: failure.missingFile.map { "\($0) does not exist" } ?? failure.line(access))
  }

  /// The modules that claim the function.
  func modules(_ aliases: ModuleAliases) -> [String] {
    host.line(directory + "modalias").value.map(aliases.modules) ?? []
  }

  /// How many bytes of registers must be read, as little as needed: each costs an access.
  private func byteCount(
    _ details: Inventory.Details, _ function: ListedFunction, _ event: DeviceEvent
  ) -> Int {
    if details.contains(.capabilities) { return details.contains(.registers) ? byteLimit : 64 }
    // A bridge has it in a capability.
    let boardCount =
      details.contains(.subsystem) && !(isKnownToSysfs && event.tellsSubsystem) ? 256 : 0
    if details.contains(.registers) { return max(byteLimit, boardCount) }
    guard boardCount == 0 else { return boardCount }
    guard function.image == nil else { return 0 }
    let isBridge = function.classCode.base == 0x06
    return function.revisionID == nil || isBridge && details.contains(.bridges) ? 64 : 0
  }

  /// What the registers say that the function is. A virtual function returns all ones for its
  /// vendor and device ID, as one that does not answer does for all: the kernel knows them.
  private func identified(
    by registers: FunctionSpace, _ event: DeviceEvent
  ) throws(RegisterFailure) -> ListedFunction {
    let image: ConfigurationImage
    let mode: AccessMode?
    do {
      let block = try registers.block(limit: 64)
      image = ConfigurationImage(block.bytes)
      mode = block.mode
    } catch {
      throw failure(error)
    }
    var function: ListedFunction
    if image.bytes.count >= 12 {
      function = ListedFunction(address, image)
    } else if let recorded = identified(byAnswersOf: registers, event) {
      function = recorded
    } else {
      throw RegisterFailure(
        line: "\(image.bytes.count) bytes of registers: expected a header of 64")
    }
    if !function.isIdentified, let (vendor, device) = event.identification {
      function = ListedFunction(
        address: address, vendorID: vendor, deviceID: device, classCode: function.classCode)
    }
    function.image = image
    function.mode = mode
    return function
  }

  /// What the function is where a record holds a part of its header only, the class code as the
  /// kernel has it where that is not in it.
  private func identified(
    byAnswersOf registers: FunctionSpace, _ event: DeviceEvent
  ) -> ListedFunction? {
    guard registers.isSparse,
      let answers = try? registers.registers(count: 1024)
    else { return nil }
    let code = answers[.revisionID].map { ClassCode(register: $0 >> 8) }
    guard let identification = answers[.vendorID],
      let code = code ?? (try? identified(event))?.classCode
    else { return nil }
    return ListedFunction(
      address: address, vendorID: UInt16(truncatingIfNeeded: identification),
      deviceID: UInt16(truncatingIfNeeded: identification >> 16), classCode: code)
  }

  private func identified(_ event: DeviceEvent) throws(RegisterFailure) -> ListedFunction {
    if let (vendor, device) = event.identification, let code = event.classCode {
      return ListedFunction(
        address: address, vendorID: vendor, deviceID: device, classCode: code)
    }
    if let vendor = number("vendor"), let device = number("device"), let code = number("class") {
      return ListedFunction(
        address: address, vendorID: UInt16(truncatingIfNeeded: vendor),
        deviceID: UInt16(truncatingIfNeeded: device), classCode: ClassCode(register: code))
    }
    let config = directory + "config"
    switch host.bytes(config, limit: 256) {
    case .known(let bytes):
      guard !bytes.isEmpty else {
        throw RegisterFailure(line: "/\(config) is empty: expected a header of 64 bytes")
      }
      return ListedFunction(address, ConfigurationImage(bytes))
    case .absent(let path): throw RegisterFailure(line: "\(path) does not exist")
    case .failed(let failure): throw RegisterFailure(line: "\(failure)")
    }
  }

  /// The number in a file, `0x` and digits.
  private func number(_ name: String) -> UInt32? {
    host.line(directory + name).value.flatMap { line in
      line.hasPrefix("0x") ? hexadecimalNumber(line.utf8.dropFirst(2)) : nil
    }.flatMap(UInt32.init(exactly:))
  }

  /// The name of what a symbolic link leads to.
  private func linkedName(_ link: String) -> String? {
    host.linkTarget(directory + link).value?.split(separator: "/").last.map(String.init)
  }
}

extension AccessFailure {
  /// The file or directory that there is not; `nil` where it is another failure.
  fileprivate var missingFile: String? {
    guard case .system(let cause) = self, cause.isErrno(ENOENT) || cause.isErrno(ENOTDIR) else {
      return nil
    }
    return cause.subject
  }
}
