/// Registers that the text of a dump has and that are left out.
public struct IgnoredRegisters: Equatable, Sendable {
  /// Why they are left out.
  public enum Reason: Equatable, Sendable {
    /// Their heading is no function's address: the device is above 0x1F or the function above 7.
    case invalidAddress(String)
    /// Their heading is a path without bus numbers, as `lspci -P` writes it.
    case path(String)
    /// No heading stands above them.
    case noHeading
    /// They do not follow those before, so that it is not known what lies between.
    ///
    /// - `offset`: Where they begin, in bytes.
    /// - `expected`: Where those before end, in bytes.
    case gap(FunctionAddress, offset: UInt32, expected: Int)
    /// A second dump, which differs from the first.
    case secondDump
  }

  /// The line where they begin or their heading stands, counted from 1.
  public let line: Int
  /// Why they are left out.
  public let reason: Reason

  /// Creates the value.
  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }
}

extension IgnoredRegisters: CustomStringConvertible {
  /// The line, what stands there and what was expected.
  public var description: String {
    let text =
      switch reason {
      case .invalidAddress(let address):
        "\(address): expected a device up to 1f and a function up to 7: left out"
      case .path(let path):
        "\(path): expected an address, or a path with bus numbers (lspci -PP): left out"
      case .noHeading: "registers without the line that names their function: left out"
      case .gap(let address, let offset, let expected):
        "\(address), offset \(hexadecimal(offset, digits: 2)): expected "
          + "\(hexadecimal(expected, digits: 2)): left out from there on"
      case .secondDump:
        "a second dump begins, which differs from the first: left out; to read it, cut off what "
          + "stands before"
      }
    return "line \(line): \(text)"
  }
}
