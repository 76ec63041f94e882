import PCIConfig

/// Bytes as hexadecimal digits, two for each.
func hexadecimalText(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { hexadecimal($0, digits: 2) }.joined()
}
