import KVM

extension Chipset {
  /// What is to be said of an internal error of KVM's.
  func report(
    _ error: InternalError, of processor: borrowing VirtualCPU
  ) throws(KVMError) -> InternalErrorReport {
    let registers = try processor.registers()
    let special = try processor.specialRegisters()
    var bytes = error.instructionBytes
    if bytes.isEmpty,
      let address = try processor.physicalAddress(ofLinear: special.cs.base &+ registers.rip)
    {
      bytes = code(at: address)
    }
    return InternalErrorReport(
      error: error, instructionBytes: bytes, registers: registers, specialRegisters: special)
  }

  /// As many bytes of an instruction, at most 15, as lie in one page of memory.
  private func code(at address: UInt64) -> [UInt8] {
    guard address < UInt64(memory.count),
      address < UInt64(lowMemoryEnd) || address >= 1 << 20
    else { return [] }
    let start = Int(address)
    return memory.bytes(in: start..<min(start + 15, (start | 0xFFF) + 1))
  }
}
