/// Flags as lspci writes them: each name with `+` where its bit is set, else `-`.
///
/// - Parameters:
///   - value: The bits.
///   - names: The names, each with its bit.
func flagText(_ value: some BinaryInteger, _ names: KeyValuePairs<String, Int>) -> String {
  names.map { name, bit in name + (value >> bit & 1 == 1 ? "+" : "-") }.joined(separator: " ")
}

/// The size of a range as lspci writes sizes, and of all addresses alike.
func sizeText(_ range: ClosedRange<UInt64>) -> String {
  let (size, isAll) = (range.upperBound - range.lowerBound).addingReportingOverflow(1)
  return isAll ? "[size=16E]" : sizeText(size)
}

/// A size as lspci writes it: in the greatest unit of which it is a multiple.
func sizeText(_ size: UInt64) -> String {
  var size = size
  var units = ["", "K", "M", "G", "T"][...]
  while size % 1024 == 0, units.count > 1, size > 0 {
    size /= 1024
    units.removeFirst()
  }
  return "[size=\(size)\(units.first ?? "")]"
}
