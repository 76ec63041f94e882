/// A value as a guest writes it into a record.
public enum ReportedValue: Equatable, Sendable {
  /// `0x` and so many digits at least.
  case hexadecimal(UInt64, digits: Int)
  /// A decimal number.
  case decimal(UInt64)
  /// Text, in quotation marks where it is not one word.
  case text(StaticString)
  /// Bytes in quotation marks; zeros at the end left out, what is not printable as `\xNN`.
  case bytes([UInt8])

  /// Compares what would be written.
  public static func == (left: ReportedValue, right: ReportedValue) -> Bool {
    switch (left, right) {
    case (.hexadecimal(let a, _), .hexadecimal(let b, _)): a == b
    case (.decimal(let a), .decimal(let b)): a == b
    case (.bytes(let a), .bytes(let b)): a == b
    case (.text(let a), .text(let b)):
      a.withUTF8Buffer { first in b.withUTF8Buffer { first.elementsEqual($0) } }
    default: false
    }
  }
}
