import PCIConfig

/// The PCI functions of somebody else's machine.
extension PCIHost {
  /// Creates a root with the functions of a dump, each at its address there and with its registers.
  ///
  /// Only segment 0 can be reached. What guests can write says
  /// ``ConfigurationRegisters/init(_:)``; nothing is behind the base addresses. Bridges lead to the
  /// functions behind them by the bus numbers that their registers have at the moment; a bus that no
  /// bridge of the dump leads to answers to its number in the dump.
  ///
  /// Where function 00:00.0 is Q35's host bridge, its register PCIEXBAR places the window of the
  /// enhanced mechanism, from its value in the dump on; where that is zero or not in the dump, from
  /// the one after a reset. Other machines always have the window, at E0000000h with 256 buses, which
  /// only ACPI's MCFG table tells.
  ///
  /// - Parameters:
  ///   - dump: The functions.
  ///   - hasWindow: Whether there is such a window; where not, PCIEXBAR is zero.
  ///   - misidentified: A function that this window shows with a wrong vendor and device.
  ///   - mutation: What is wrong on purpose.
  public static func replica(
    of dump: ConfigurationDump, hasWindow: Bool = true, misidentified: FunctionAddress? = nil,
    mutation: Mutation? = nil
  ) -> PCIHost {
    var window = PCIExpressWindow.atReset.map(WindowPlacement.fixed) ?? .absent
    let rootBuses = DumpTopology(dump).rootBuses { registers in
      guard registers.doubleword(0) == PCIEXBAR.hostBridge else { return PCIFunction(registers) }
      window = .register
      return .q35HostBridge(registers, hasWindow: hasWindow)
    }
    return PCIHost(
      rootBuses: rootBuses, window: hasWindow ? window : .absent, misidentified: misidentified,
      mutation: mutation)
  }
}

extension PCIFunction {
  fileprivate static func q35HostBridge(
    _ registers: ConfigurationRegisters, hasWindow: Bool
  ) -> PCIFunction {
    guard hasWindow else {
      var registers = registers
      registers.set(PCIExpressWindow.register, to: 0 as UInt64)
      return PCIFunction(registers)
    }
    let value = PCIExpressWindow.value(in: registers)
    return .hostBridge(registers, window: value == 0 ? PCIExpressWindow.resetValue : value)
  }
}
