import PCIConfig

extension Host {
  /// Asks the processor, or its record, about a hypervisor.
  public func hypervisor() -> Fact<HypervisorDetection> {
    processor().map { HypervisorDetection($0) }
  }

  /// Asks the processor, or its record, about the encryption of memory.
  package func confidentialDetection() -> Fact<ConfidentialDetection> {
    processor().map { ConfidentialDetection($0) }
  }

  /// The bytes of the machine's own MCFG table.
  package func mcfg() -> Fact<[UInt8]> {
    bytes("sys/firmware/acpi/tables/MCFG", limit: Self.greatestTableByteCount)
  }

  /// More than any table needs: one entry for each of the 65,536 segments and as much again.
  package static let greatestTableByteCount = 2 << 20

  private func processor() -> Fact<Processor> {
    guard !isLive else { return .known(Processor(record: nil, journal)) }
    switch text("cpuid") {
    case .known(let text):
      let record = CPUIDRecord(text: text)
      return record.isEmpty
        ? .absent("leaf 1 in cpuid") : .known(Processor(record: record, journal))
    case .absent: return .absent("cpuid")
    case .failed(let failure): return .failed(failure)
    }
  }

  /// Strings of the firmware that name the machine, by their names in `sys/class/dmi/id`; none
  /// that identifies one machine among its kind.
  package func firmwareStrings() -> [(name: String, value: Fact<String>)] {
    ["sys_vendor", "product_name", "bios_vendor", "bios_version", "bios_date"].map {
      ($0, line("sys/class/dmi/id/" + $0))
    }
  }

  /// Bit 4 of the second extension byte of the BIOS characteristics: "SMBIOS table describes a
  /// virtual machine" (System Management BIOS Reference Specification 3.7, 7.1.2.2).
  package func isDescribedAsVirtual() -> Bool? {
    guard let bytes = bytes("sys/firmware/dmi/entries/0-0/raw", limit: 0x14).value,
      bytes.count == 0x14, bytes[0] == 0, bytes[1] >= 0x14
    else { return nil }
    return bytes[0x13] >> 4 & 1 == 1
  }

  /// A paravirtual guest of Xen may see the processor's own CPUID, and domain 0 sees the
  /// machine's own firmware.
  package func xenRole() -> XenRole? {
    if line("proc/xen/capabilities").value?.contains("control_d") == true { return .domain0 }
    return line("sys/hypervisor/type").value == "xen" ? .guest : nil
  }
}

/// What a kernel is to Xen.
package enum XenRole: Equatable, Sendable {
  /// A guest, paravirtualised or not.
  case guest
  /// Domain 0, which runs the guests.
  case domain0
}
