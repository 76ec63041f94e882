/// Why ACPI tables cannot be found in memory.
public enum ACPIError: Error, Equatable, Sendable {
  /// No root pointer in the places where firmware puts it.
  case noRootPointer
  /// A root pointer whose bytes do not add up to zero: its address and the sum modulo 256.
  case rootPointerChecksum(at: UInt64, sum: UInt8)
  /// A root pointer of revision 2 or later with a length that cannot be.
  case rootPointerLength(at: UInt64, UInt32)
  /// A root pointer that names neither RSDT nor XSDT.
  case noRootTable(rootPointer: UInt64)
  /// A table of another signature where RSDT or XSDT should be, both little-endian.
  case rootTableSignature(at: UInt64, UInt32, expected: UInt32)
  /// An RSDT or XSDT whose bytes do not add up to zero: its address and the sum modulo 256.
  case rootTableChecksum(at: UInt64, sum: UInt8)
  /// A table with a length that is less than its header or more than the limit.
  case tableLength(at: UInt64, UInt32, limit: Int)
  /// A table that would end beyond 64-bit addresses.
  case beyondMemory(UInt64)
}

extension ACPIError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .noRootPointer:
      "ACPI root pointer: none in the first KiB of the EBDA or from 0xe0000 to 0xfffff"
    case .rootPointerChecksum(let address, let sum):
      "ACPI root pointer at \(hex(address)): the bytes add up to \(hex(sum)), expected 0"
    case .rootPointerLength(let address, let length):
      "ACPI root pointer at \(hex(address)): length \(length): expected "
        + "\(ACPIRootPointer.lengths.lowerBound) to \(ACPIRootPointer.lengths.upperBound)"
    case .noRootTable(let address):
      "ACPI root pointer at \(hex(address)): expected the address of an RSDT or XSDT"
    case .rootTableSignature(let address, let signature, let expected):
      "ACPI root table at \(hex(address)): signature \(hex(signature)): expected \(hex(expected))"
    case .rootTableChecksum(let address, let sum):
      "ACPI root table at \(hex(address)): the bytes add up to \(hex(sum)), expected 0"
    case .tableLength(let address, let length, let limit):
      "ACPI table at \(hex(address)): length \(length): expected \(ACPITable.headerByteCount) to "
        + "\(limit)"
    case .beyondMemory(let address):
      "ACPI table at \(hex(address)): it would end beyond 64-bit addresses"
    }
  }

  private func hex(_ value: some BinaryInteger) -> String { "0x" + hexadecimal(value, digits: 1) }
}
