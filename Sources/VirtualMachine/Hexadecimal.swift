import PCIConfig

/// `0x` and the digits, with leading zeros up to a number of them.
func hexadecimal(_ value: some BinaryInteger, digits: Int = 1) -> String {
  "0x" + PCIConfig.hexadecimal(value, digits: digits)
}
