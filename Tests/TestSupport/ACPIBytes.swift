/// An ACPI table with a right checksum.
package func acpiTable(_ signature: String, _ body: [UInt8], length: UInt32? = nil) -> [UInt8] {
  var bytes = Array(signature.utf8) + [UInt8](repeating: 0, count: 32) + body
  bytes.replaceSubrange(4..<8, with: little(UInt64(length ?? UInt32(bytes.count)), 4))
  bytes[9] = 0 &- bytes.reduce(0, &+)
  return bytes
}

/// An ACPI root pointer with right checksums.
package func acpiRootPointer(
  revision: UInt8 = 2, rsdt: UInt32 = 0, xsdt: UInt64 = 0, length: UInt32 = 36
) -> [UInt8] {
  var bytes = Array("RSD PTR ".utf8) + [UInt8](repeating: 0, count: 7) + [revision]
  bytes += little(UInt64(rsdt), 4)
  bytes[8] = 0 &- bytes.reduce(0, &+)
  guard revision >= 2 else { return bytes }
  bytes += little(UInt64(length), 4) + little(xsdt, 8) + [0, 0, 0, 0]
  bytes[32] = 0 &- bytes.reduce(0, &+)
  return bytes
}
