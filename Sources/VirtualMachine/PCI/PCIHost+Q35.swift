import PCIConfig

/// The PCI functions of this monitor's machine.
extension PCIHost {
  /// Creates a root with the Q35's host bridge and ISA bridge, and with functions of the project's
  /// own.
  ///
  /// Those have the vendor 1234h, which PCI-SIG has not allocated. All are in the state after a
  /// reset: base addresses zero, nothing decoded, bus numbers zero.
  ///
  /// | function | what it is | base addresses |
  /// |---|---|---|
  /// | 00:00.0 | host bridge, 8086:29C0 | |
  /// | 00:01.0 | PCI Express root port, 1234:C0F0 | |
  /// | behind it, device 0 | PCI Express endpoint, 1234:C0F1 | memory 4 KiB, 64-bit 16 KiB |
  /// | 00:02.0 | conventional, 1234:C0F2 | memory 4 KiB, 64-bit 64 KiB, 32 ports, ROM 4 KiB |
  /// | 00:02.1 | conventional, 1234:C0F3 | memory 4 KiB |
  /// | 00:03.0 | PCI Express endpoint in the root complex, 1234:C0F4 | memory 4 KiB |
  /// | 00:04.0 | QEMU's test device, 1B36:0005, where there is one | memory 4 KiB, 256 ports |
  /// | 00:1f.0 | ISA bridge, 8086:2918 | |
  ///
  /// - Parameters:
  ///   - hasWindow: Whether the host bridge has the register PCIEXBAR, by which guests open the
  ///     window of the enhanced mechanism.
  ///   - misidentified: A function that this window shows with a wrong vendor and device.
  ///   - testDevice: What is behind 00:04.0; there is no such function where `nil`.
  ///   - mutation: What is wrong on purpose.
  public static func q35(
    hasWindow: Bool = true, misidentified: FunctionAddress? = nil,
    testDevice: PCITestDevice? = nil, mutation: Mutation? = nil
  ) -> PCIHost {
    var functions: [UInt8: PCIFunction] = [
      0x00: .hostBridge(hasWindow: hasWindow),
      0x08: .rootPort(secondaryBus: [0x00: .expressEndpoint()]),
      0x10: .conventional(),
      0x11: .conventionalSibling(),
      0x18: .integratedEndpoint(),
      0xF8: .isaBridge(),
    ]
    functions[0x20] = testDevice.map(PCIFunction.test)
    return PCIHost(
      rootBuses: [0: functions], window: hasWindow ? .register : .absent,
      misidentified: misidentified, mutation: mutation)
  }
}

extension PCIFunction {
  /// Not allocated by PCI-SIG.
  private static let vendor: UInt16 = 0x1234
  /// "Other data acquisition": software leaves it alone.
  private static let otherDevice: UInt32 = 0x118000

  fileprivate static func hostBridge(hasWindow: Bool) -> PCIFunction {
    var space = ConfigurationRegisters.endpoint(
      .conventional, .init(vendor: 0x8086, device: 0x29C0, classCode: 0x060000),
      commandBits: 0x0140)
    // Memory access and bus mastering are hardwired on.
    space.set(0x04, to: 0x0006 as UInt16)
    space.set(0x0C, to: 0 as UInt8, writable: 0)
    return hasWindow
      ? .hostBridge(space, window: PCIExpressWindow.resetValue) : PCIFunction(space)
  }

  /// A host bridge with the register PCIEXBAR.
  ///
  /// - Parameters:
  ///   - space: Its other registers.
  ///   - window: The value of PCIEXBAR.
  static func hostBridge(_ space: ConfigurationRegisters, window: UInt64) -> PCIFunction {
    var space = space
    space.set(PCIExpressWindow.register, to: window, writable: PCIExpressWindow.writable)
    return PCIFunction(space) { space, written in
      guard written.overlaps(PCIExpressWindow.register..<PCIExpressWindow.register + 4) else {
        return
      }
      let low = space.doubleword(PCIExpressWindow.register)
      space.set(
        PCIExpressWindow.register,
        to: UInt32(truncatingIfNeeded: PCIExpressWindow.normalized(UInt64(low))))
    }
  }

  fileprivate static func isaBridge() -> PCIFunction {
    var space = ConfigurationRegisters.endpoint(
      .conventional, .init(vendor: 0x8086, device: 0x2918, classCode: 0x060100),
      commandBits: 0x0140)
    // Ports, memory and bus mastering are hardwired on.
    space.set(0x04, to: 0x0007 as UInt16)
    space.set(0x0C, to: 0 as UInt8, writable: 0)
    return PCIFunction(space)
  }

  fileprivate static func rootPort(secondaryBus: [UInt8: PCIFunction]) -> PCIFunction {
    var space = ConfigurationRegisters.bridge(
      .extended, .init(vendor: vendor, device: 0xC0F0, classCode: 0x060400), commandBits: 0x0547,
      interruptPin: 1)
    space.addPCIExpressCapabilities(.rootPort)
    space.addAdvancedErrorReporting(at: 0x100, next: 0)
    return PCIFunction(space, secondaryBus: secondaryBus)
  }

  fileprivate static func expressEndpoint() -> PCIFunction {
    var space = ConfigurationRegisters.endpoint(
      .extended, .init(vendor: vendor, device: 0xC0F1, classCode: otherDevice), commandBits: 0x0546,
      interruptPin: 1)
    space.addPCIExpressCapabilities(.endpoint)
    space.addAdvancedErrorReporting(at: 0x100, next: 0x150)
    space.addSerialNumber(at: 0x150, next: 0, 0x1234_00FF_FE00_C0F1)
    return PCIFunction(
      space,
      baseAddresses: [
        .init(0x10, .memory32, size: 4096, device: scratchpad(4096)),
        .init(0x18, .memory64, isPrefetchable: true, size: 16384, device: scratchpad(16384)),
      ])
  }

  fileprivate static func conventional() -> PCIFunction {
    let space = ConfigurationRegisters.endpoint(
      .conventional,
      .init(vendor: vendor, device: 0xC0F2, classCode: otherDevice, isMultiFunction: true),
      commandBits: 0x0547, interruptPin: 1)
    return PCIFunction(
      space,
      baseAddresses: [
        .init(0x10, .memory32, size: 4096, device: scratchpad(4096)),
        .init(0x18, .memory64, isPrefetchable: true, size: 65536, device: scratchpad(65536)),
        .init(0x20, .ports, size: 32, device: scratchpad(32)),
        .init(0x30, .expansionROM, size: 4096, device: expansionROM(4096)),
      ])
  }

  fileprivate static func conventionalSibling() -> PCIFunction {
    let space = ConfigurationRegisters.endpoint(
      .conventional,
      .init(vendor: vendor, device: 0xC0F3, classCode: otherDevice, isMultiFunction: true),
      commandBits: 0x0546, interruptPin: 2)
    return PCIFunction(
      space, baseAddresses: [.init(0x10, .memory32, size: 4096, device: scratchpad(4096))])
  }

  fileprivate static func integratedEndpoint() -> PCIFunction {
    var space = ConfigurationRegisters.endpoint(
      .extended, .init(vendor: vendor, device: 0xC0F4, classCode: otherDevice), commandBits: 0x0546,
      interruptPin: 1)
    space.addPCIExpressCapabilities(.integratedEndpoint)
    space.addSerialNumber(at: 0x100, next: 0x110, 0x1234_00FF_FE00_C0F4)
    space.addVendorSpecificScratch(at: 0x110, next: 0)
    return PCIFunction(
      space, baseAddresses: [.init(0x10, .memory32, size: 4096, device: scratchpad(4096))])
  }

  /// With the identifiers of QEMU's `pci-testdev`, by which guests find it.
  fileprivate static func test(_ device: PCITestDevice) -> PCIFunction {
    let space = ConfigurationRegisters.endpoint(
      .conventional, .init(vendor: 0x1B36, device: 0x0005, classCode: 0x00FF00),
      commandBits: 0x0147)
    return PCIFunction(
      space,
      baseAddresses: [
        .init(0x10, .memory32, size: PCITestDevice.memorySize, device: device.memory),
        .init(0x14, .ports, size: PCITestDevice.portCount, device: device.ports),
      ])
  }

  private static func scratchpad(_ count: Int) -> Scratchpad {
    Scratchpad(Array(repeating: 0, count: count))
  }

  /// The signature, and nothing to execute (PCI Local Bus Specification 3.0, 6.3.1).
  private static func expansionROM(_ count: Int) -> Scratchpad {
    Scratchpad([0x55, 0xAA] + Array(repeating: 0, count: count - 2), isWritable: false)
  }
}
