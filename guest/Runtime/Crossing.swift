import GuestProtocol
import PCIConfig

/// What an access returned that is not aligned or crosses a register's end, in words: they are the
/// same whatever the registers hold.
public struct Crossing {
  /// The register in which the access begins, read as it should be.
  public let first: UInt32
  /// The register behind it.
  public let second: UInt32

  /// Creates a description of what the access could return.
  public init(first: UInt32, second: UInt32) {
    self.first = first
    self.second = second
  }

  /// Names a value.
  ///
  /// - Parameters:
  ///   - value: What the access returned.
  ///   - offset: How many bytes behind the first register's beginning it began, 0 to 3.
  ///   - width: Its width.
  public func name(_ value: UInt32, offset: UInt32, width: AccessWidth) -> ReportedValue {
    let shift = offset * 8
    let inside = first >> shift
    let ones = ~(UInt32.max >> shift)
    let next = shift == 0 ? 0 : second << (32 - shift)
    switch value {
    case (inside | next) & width.allOnes:
      return .text(shift + UInt32(width.bitCount) <= 32 ? "its-bytes" : "both-registers")
    case 0: return .text("zeros")
    case width.allOnes: return .text("ones")
    case inside & width.allOnes: return .text("first-then-zeros")
    case (inside | ones) & width.allOnes: return .text("first-then-ones")
    case second & width.allOnes: return .text("second-register")
    default: return .hexadecimal(UInt64(value), digits: width.byteCount * 2)
    }
  }
}
