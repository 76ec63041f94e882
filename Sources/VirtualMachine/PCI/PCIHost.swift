import PCIConfig

/// A PCI root: its functions, the two ways to their registers, and the decoding of their addresses.
///
/// Configuration mechanism #1 is ``addressPort`` and ``dataPort``, which belong at ports CF8h and
/// CFCh. The enhanced mechanism is a window in memory, which the host bridge, function 00:00.0, may
/// place; with everything that base address registers and bridges' windows place it is found through
/// ``mapping(at:in:)``.
public final class PCIHost: AddressDecoder {
  /// CONFIG_ADDRESS, four bytes.
  public let addressPort: ConfigurationAddressPort
  /// CONFIG_DATA, four bytes.
  public private(set) lazy var dataPort: any Device = ConfigurationDataPort(host: self)
  private lazy var window: any Device = EnhancedConfigurationWindow(host: self)

  /// The function that the enhanced window shows with a wrong vendor and device, where it answers.
  let misidentified: FunctionAddress?
  /// What is wrong on purpose.
  let mutation: Mutation?
  private let rootBuses: [UInt8: [UInt8: PCIFunction]]
  /// The bridges on them, in the order in which they are asked.
  private let bridges: [PCIFunction]
  private let placement: WindowPlacement
  private var memoryMappings: [BusMapping] = []
  private var portMappings: [BusMapping] = []
  private var mappingsAreStale = true
  /// Changes with every write to a register.
  private(set) var version: UInt64 = 0
  /// What mutations remember: the windows that there were, the oldest first, and the functions behind
  /// bridges by the bus numbers that they had.
  private var formerWindows: [PCIExpressWindow] = []
  private var formerBuses: [UInt8: [UInt8: PCIFunction]] = [:]

  /// Where the window of the enhanced mechanism is.
  public enum WindowPlacement: Equatable, Sendable {
    /// There is none.
    case absent
    /// Where PCIEXBAR says, in register 60h of function 00:00.0.
    case register
    /// Here, whatever guests do.
    case fixed(PCIExpressWindow)
  }

  /// Creates a root with one root bus, 0.
  ///
  /// - Parameters:
  ///   - functions: The functions of bus 0 by device and function (device in bits 7:3, function in
  ///     2:0). Function 0 is the host bridge, in whose register 60h PCIEXBAR is.
  ///   - misidentified: A function that the enhanced window shows with a wrong vendor and device,
  ///     so that those who compare both mechanisms can be tested.
  ///   - mutation: What is wrong on purpose.
  public convenience init(
    functions: [UInt8: PCIFunction], misidentified: FunctionAddress? = nil,
    mutation: Mutation? = nil
  ) {
    self.init(
      rootBuses: [0: functions], window: .register, misidentified: misidentified,
      mutation: mutation)
  }

  /// Creates a root.
  ///
  /// - Parameters:
  ///   - rootBuses: The functions of each bus that no bridge leads to, by the number of the bus, then
  ///     by device and function (device in bits 7:3, function in 2:0).
  ///   - window: Where the window of the enhanced mechanism is.
  ///   - misidentified: A function that this window shows with a wrong vendor and device.
  ///   - mutation: What is wrong on purpose.
  public init(
    rootBuses: [UInt8: [UInt8: PCIFunction]], window: WindowPlacement,
    misidentified: FunctionAddress? = nil, mutation: Mutation? = nil
  ) {
    self.misidentified = misidentified
    self.mutation = mutation
    placement = window
    let rootBuses = rootBuses.mapValues { mutation?.mutated($0) ?? $0 }
    bridges = rootBuses.sorted { $0.key < $1.key }.flatMap { PCIFunction.bridges(of: $0.value) }
    self.rootBuses = rootBuses
    addressPort = ConfigurationAddressPort(mutation: mutation)
  }

  /// The window of the enhanced mechanism, or `nil` while it is disabled.
  public var enhancedWindow: PCIExpressWindow? {
    switch placement {
    case .absent: nil
    case .register: registerWindow
    case .fixed(let window): window
    }
  }

  /// The window, enabled or not; `nil` where there is none.
  var possibleWindow: PCIExpressWindow? {
    placement == .register
      ? windowRegister.flatMap { PCIExpressWindow(register: $0 | 1) } : enhancedWindow
  }

  private var windowRegister: UInt64? {
    rootBuses[0]?[0].map { PCIExpressWindow.value(in: $0.configuration) }
  }

  private var registerWindow: PCIExpressWindow? {
    guard var value = windowRegister else { return nil }
    if mutation == .ecamDisableIgnored { value |= 1 }
    if mutation == .ecamLengthIgnored { value &= ~6 }
    if mutation == .ecamBaseCut { value &= ~0xC00_0000 }
    let window = PCIExpressWindow(register: value)
    return mutation == .ecamMoveIgnored ? window.map { formerWindows.first ?? $0 } : window
  }

  /// Finds a function, through the bus numbers that the bridges have at this moment.
  ///
  /// - Parameter address: Its address; only segment 0 exists.
  /// - Returns: The function, or `nil` where none answers.
  public func function(at address: FunctionAddress) -> PCIFunction? {
    guard address.segment == 0 else { return nil }
    let deviceAndFunction = UInt8(truncatingIfNeeded: address.routingID)
    if mutation == .bridgeKeepsOldNumber, let former = formerBuses[address.bus] {
      return former[deviceAndFunction]
    }
    if let rootBus = rootBuses[address.bus] { return rootBus[deviceAndFunction] }
    return function(deviceAndFunction, onBus: address.bus, behind: bridges)
  }

  /// The functions that answer at this moment, by routing identifier.
  var functions: [UInt16: PCIFunction] {
    var found: [UInt16: PCIFunction] = [:]
    func add(_ functions: [UInt8: PCIFunction], onBus bus: UInt8) {
      for (deviceAndFunction, function) in functions {
        let identifier = UInt16(bus) << 8 | UInt16(deviceAndFunction)
        // Bus numbers may overlap: what is there is what an access finds.
        if self.function(at: FunctionAddress(routingID: identifier)) === function {
          found[identifier] = function
        }
        if let secondaryBus = function.secondaryBus,
          let buses = PCIBridgeWindows.buses(function.configuration)
        {
          add(secondaryBus, onBus: buses.lowerBound)
        }
      }
    }
    for (bus, functions) in rootBuses { add(functions, onBus: bus) }
    return found
  }

  private func function(
    _ deviceAndFunction: UInt8, onBus bus: UInt8, behind bridges: [PCIFunction]
  ) -> PCIFunction? {
    for bridge in bridges {
      guard let functions = bridge.secondaryBus,
        let buses = PCIBridgeWindows.buses(bridge.configuration), buses.contains(bus)
      else { continue }
      if bus == buses.lowerBound || mutation == .bridgeShowsSubordinate {
        return functions[deviceAndFunction & (mutation == .bridgeDeviceIgnored ? 7 : 0xFF)]
      }
      return function(deviceAndFunction, onBus: bus, behind: bridge.bridgesBehind)
    }
    return nil
  }

  /// Reads registers.
  ///
  /// - Parameters:
  ///   - address: The function.
  ///   - offset: The first byte, 0 to 4095.
  ///   - size: The number of bytes, 1 to 4, all within one doubleword.
  /// - Returns: The value; all ones where no function or no register answers (PCI Local Bus
  ///   Specification 3.0, 3.2.2.3.2; PCI Express Base Specification 6.0, 2.3.2).
  public func read(_ address: FunctionAddress, at offset: Int, size: Int) -> UInt32 {
    function(at: address)?.read(at: offset, size: size) ?? .max >> (32 - 8 * UInt32(size))
  }

  /// Writes registers; nothing happens where no function or no register answers.
  ///
  /// - Parameters:
  ///   - value: The value.
  ///   - address: The function.
  ///   - offset: The first byte, 0 to 4095.
  ///   - size: The number of bytes, 1 to 4, all within one doubleword.
  public func write(_ value: UInt32, to address: FunctionAddress, at offset: Int, size: Int) {
    guard let function = function(at: address) else { return }
    function.write(value, at: offset, size: size)
    version &+= 1
    if mutation != nil { remember(function) }
    // The header places base addresses and bridges' windows, PCIEXBAR the enhanced window.
    if offset < 0x40 || offset & ~7 == PCIExpressWindow.register { mappingsAreStale = true }
  }

  /// Who answers at an address: the enhanced window first, then functions in the order of their
  /// addresses.
  public func mapping(at address: UInt64, in space: AddressSpace) -> BusMapping? {
    if mappingsAreStale { decode() }
    switch space {
    case .memory: return memoryMappings.first { $0.addresses.contains(address) }
    case .ports: return portMappings.first { $0.addresses.contains(address) }
    }
  }

  /// Keeps what a mutation goes on to show.
  private func remember(_ function: PCIFunction) {
    switch mutation {
    case .ecamMoveIgnored, .ecamStaysBehind:
      if let enhancedWindow, !formerWindows.contains(enhancedWindow) {
        formerWindows.append(enhancedWindow)
      }
    case .bridgeKeepsOldNumber:
      if let secondaryBus = function.secondaryBus,
        let buses = PCIBridgeWindows.buses(function.configuration)
      {
        formerBuses[buses.lowerBound] = secondaryBus
      }
    default: break
    }
  }

  /// Where a byte of what is behind a base address register is reached at this moment.
  ///
  /// - Parameters:
  ///   - device: What is behind the register.
  ///   - offset: The byte's offset in the device's range.
  /// - Returns: The addresses, in the order in which devices answer.
  func addresses(of device: any Device, at offset: UInt64) -> [(AddressSpace, UInt64)] {
    if mappingsAreStale { decode() }
    let spaces: [(AddressSpace, [BusMapping])] = [
      (.memory, memoryMappings), (.ports, portMappings),
    ]
    return spaces.flatMap { space, mappings in
      mappings.compactMap { mapping in
        guard mapping.device === device, offset >= mapping.offset else { return nil }
        let (address, overflow) = mapping.addresses.lowerBound.addingReportingOverflow(
          offset - mapping.offset)
        return !overflow && mapping.addresses.contains(address) ? (space, address) : nil
      }
    }
  }

  private func decode() {
    memoryMappings.removeAll(keepingCapacity: true)
    portMappings.removeAll(keepingCapacity: true)
    if let enhancedWindow {
      memoryMappings.append(BusMapping(addresses: enhancedWindow.addresses, device: window))
    }
    if mutation == .ecamStaysBehind {
      memoryMappings += formerWindows.map { BusMapping(addresses: $0.addresses, device: window) }
    }
    for (_, functions) in rootBuses.sorted(by: { $0.key < $1.key }) {
      decode(functions) { _ in [0...UInt64.max] }
    }
    mappingsAreStale = false
  }

  /// Adds what functions decode, cut to what the bridges above them forward.
  private func decode(
    _ functions: [UInt8: PCIFunction], forwarded: (AddressSpace) -> [ClosedRange<UInt64>]
  ) {
    for (_, function) in functions.sorted(by: { $0.key < $1.key }) {
      for register in function.baseAddresses {
        guard let (space, addresses) = register.addresses(in: function.configuration) else {
          continue
        }
        for window in forwarded(space) where window.overlaps(addresses) {
          let reached = addresses.clamped(to: window)
          let mapping = BusMapping(
            addresses: reached, device: register.device,
            offset: reached.lowerBound - addresses.lowerBound)
          switch space {
          case .memory: memoryMappings.append(mapping)
          case .ports: portMappings.append(mapping)
          }
        }
      }
      guard let secondaryBus = function.secondaryBus else { continue }
      let windows = PCIBridgeWindows(function.configuration)
      decode(secondaryBus) { space in
        windows.ranges(in: space).flatMap { inner in
          forwarded(space).filter { $0.overlaps(inner) }.map { $0.clamped(to: inner) }
        }
      }
    }
  }
}
