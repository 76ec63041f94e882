import PCIConfig

/// Which buses of a dump are root buses, and which bridges lead to the others.
///
/// Every function of the dump answers at its address with the bus numbers that its bridges have in
/// the dump. A bus that no bridge leads to then is a root bus, such as those of a second host bridge.
struct DumpTopology {
  private let buses: [UInt8: [UInt8: ConfigurationRegisters]]
  /// The bridge in front of each bus that is no root bus.
  private var owners: [UInt8: FunctionAddress] = [:]

  /// Takes the functions of segment 0.
  init(_ dump: ConfigurationDump) {
    var buses: [UInt8: [UInt8: ConfigurationRegisters]] = [:]
    for function in dump.functions where function.address.segment == 0 {
      let deviceAndFunction = UInt8(truncatingIfNeeded: function.address.routingID)
      buses[function.address.bus, default: [:]][deviceAndFunction] = ConfigurationRegisters(
        function.image)
    }
    self.buses = buses
    // A bridge's secondary bus has the lowest number behind it: what leads to a bus is known by then.
    for bus in buses.keys.sorted() where bus > 0 { owners[bus] = owner(of: bus) }
  }

  /// The functions of each root bus with those behind them.
  ///
  /// - Parameter hostBridge: Makes function 00:00.0 of its registers.
  func rootBuses(
    hostBridge: (ConfigurationRegisters) -> PCIFunction
  ) -> [UInt8: [UInt8: PCIFunction]] {
    var rootBuses: [UInt8: [UInt8: PCIFunction]] = [0: [:]]
    for bus in buses.keys where owners[bus] == nil { rootBuses[bus] = functions(ofBus: bus) }
    if let registers = buses[0]?[0], !Self.isBridge(registers) {
      rootBuses[0]?[0] = hostBridge(registers)
    }
    return rootBuses
  }

  private func functions(ofBus bus: UInt8) -> [UInt8: PCIFunction] {
    var functions: [UInt8: PCIFunction] = [:]
    for (deviceAndFunction, registers) in buses[bus] ?? [:] {
      let address = FunctionAddress(routingID: UInt16(bus) << 8 | UInt16(deviceAndFunction))
      guard Self.isBridge(registers) else {
        functions[deviceAndFunction] = PCIFunction(registers)
        continue
      }
      let secondaryBus = PCIBridgeWindows.buses(registers)?.lowerBound
      let isOwner = secondaryBus.map { owners[$0] == address } ?? false
      functions[deviceAndFunction] = PCIFunction(
        registers, secondaryBus: isOwner ? secondaryBus.map { self.functions(ofBus: $0) } : [:])
    }
    return functions
  }

  /// The bridge where a request for a bus arrives, from one bridge to the next.
  private func owner(of bus: UInt8) -> FunctionAddress? {
    var candidates = buses.keys.filter { owners[$0] == nil && $0 < bus }.sorted()
      .flatMap { bridges(ofBus: $0) }
    while let (address, numbers) = candidates.first(where: { $0.numbers.contains(bus) }) {
      if numbers.lowerBound == bus { return address }
      candidates = owners[numbers.lowerBound] == address ? bridges(ofBus: numbers.lowerBound) : []
    }
    return nil
  }

  /// The bridges of a bus, in the order of their addresses, with the buses that they lead to.
  private func bridges(
    ofBus bus: UInt8
  ) -> [(address: FunctionAddress, numbers: ClosedRange<UInt8>)] {
    (buses[bus] ?? [:]).sorted { $0.key < $1.key }.compactMap { deviceAndFunction, registers in
      guard Self.isBridge(registers), let numbers = PCIBridgeWindows.buses(registers) else {
        return nil
      }
      return (FunctionAddress(routingID: UInt16(bus) << 8 | UInt16(deviceAndFunction)), numbers)
    }
  }

  private static func isBridge(_ registers: ConfigurationRegisters) -> Bool {
    HeaderLayout(headerType: registers.byte(0x0E)) == .bridge
  }
}
