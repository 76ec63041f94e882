import PCIConfig

extension Host {
  /// Asks the processor, or its record, about a hypervisor.
  public func hypervisor() -> Fact<HypervisorDetection> {
    processor().map { HypervisorDetection($0) }
  }

  /// Asks the processor, or its record, about the encryption of memory.
  func confidentialDetection() -> Fact<ConfidentialDetection> {
    processor().map { ConfidentialDetection($0) }
  }

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

  /// Decides whether the machine is a guest, and of what.
  ///
  /// - Returns: The decision; what is missing where the processor cannot be asked and neither the
  ///   firmware's strings nor the kernel tell of a hypervisor.
  public func hypervisorDecision() -> Fact<HypervisorDecision> { hypervisorDecision(hypervisor()) }

  func hypervisorDecision(_ detection: Fact<HypervisorDetection>) -> Fact<HypervisorDecision> {
    let hints = HypervisorDecision.Hints(
      firmware: FirmwareStrings(firmwareStrings()), isDescribedAsVirtual: isDescribedAsVirtual(),
      xen: xenRole())
    if let decision = HypervisorDecision(detection.value, hints) { return .known(decision) }
    switch detection {
    case .failed(let failure): return .failed(failure)
    case .absent(let name): return .absent(name)
    case .known: preconditionFailure("what the processor says is always a decision")
    }
  }

  /// Strings of the firmware that name the machine, by their names in `sys/class/dmi/id`; none
  /// that identifies one machine among its kind.
  func firmwareStrings() -> [(name: String, value: Fact<String>)] {
    ["sys_vendor", "product_name", "bios_vendor", "bios_version", "bios_date"].map {
      ($0, line("sys/class/dmi/id/" + $0))
    }
  }

  /// Bit 4 of the second extension byte of the BIOS characteristics: "SMBIOS table describes a
  /// virtual machine" (System Management BIOS Reference Specification 3.7, 7.1.2.2).
  private func isDescribedAsVirtual() -> Bool? {
    guard let bytes = bytes("sys/firmware/dmi/entries/0-0/raw", limit: 0x14).value,
      bytes.count == 0x14, bytes[0] == 0, bytes[1] >= 0x14
    else { return nil }
    return bytes[0x13] >> 4 & 1 == 1
  }

  /// A paravirtual guest of Xen may see the processor's own CPUID, and domain 0 sees the
  /// machine's own firmware.
  func xenRole() -> HypervisorDecision.XenRole? {
    if line("proc/xen/capabilities").value?.contains("control_d") == true { return .domain0 }
    return line("sys/hypervisor/type").value == "xen" ? .guest : nil
  }
}
