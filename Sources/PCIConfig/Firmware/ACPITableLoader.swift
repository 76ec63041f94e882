/// The ACPI tables that a hypervisor gives to firmware through fw_cfg, put into memory as the
/// script that comes with them says (QEMU, hw/acpi/bios-linker-loader.c).
///
/// The script may be anything: what cannot be executed is an error, and nothing is written outside
/// of the area.
public struct ACPITableLoader: Equatable, Sendable {
  /// The physical address of the root pointer, for ``ACPIRootPointer/init(at:in:)``.
  public let rootPointerAddress: UInt64
  /// What is left of the area.
  public let free: Range<UInt64>
  /// How many commands were passed over: those that write an address back to the hypervisor, and
  /// unknown ones, which firmware passes over as well. Empty ones do not count.
  public let skippedCount: Int

  /// Reads the script and executes it.
  ///
  /// - Parameters:
  ///   - configuration: The device that has script and files.
  ///   - area: RAM that is free to be overwritten; all files go there, whatever zone the script
  ///     names. QEMU needs 150 KiB.
  /// - Throws: ``ACPITableLoaderError``.
  public init<Ports: PortIO<Never>, Memory: PhysicalMemory<Never>>(
    _ configuration: FirmwareConfiguration<Ports, Memory>, into area: Range<UInt64>
  ) throws(ACPITableLoaderError) {
    var script = try LoaderScript(configuration, into: area)
    try script.execute()
    guard let address = script.address(of: "etc/acpi/rsdp") else { throw .noRootPointer }
    rootPointerAddress = address
    free = script.free..<script.end
    skippedCount = script.skippedCount
  }
}
