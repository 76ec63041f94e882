extension Host {
  /// The bytes of the machine's own MCFG table.
  func mcfg() -> Fact<[UInt8]> {
    bytes("sys/firmware/acpi/tables/MCFG", limit: MCFGReport.greatestByteCount)
  }
}
