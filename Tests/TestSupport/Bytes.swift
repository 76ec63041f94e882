/// Returns a name in a field of 56 bytes.
package func padded(_ name: String) -> [UInt8] {
  let bytes = Array(name.utf8.prefix(56))
  return bytes + [UInt8](repeating: 0, count: 56 - bytes.count)
}

/// Returns the bytes of a number, the least significant first.
package func little(_ value: UInt64, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
}

/// Returns the bytes of a number, the most significant first.
package func big(_ value: UInt64, _ count: Int) -> [UInt8] { little(value, count).reversed() }
