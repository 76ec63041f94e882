/// Why a text is no ``RegisterExpression`` or ``RegisterAssignment``.
public enum RegisterExpressionError: Error, Equatable, Sendable {
  /// The base is neither a number nor a name.
  case unknownRegister(String)
  /// There is something else than a letter for the width behind the point.
  case invalidWidth(String)
  /// The base does not tell a width, and none was given.
  case missingWidth
  /// The offset is no number below 0x1000.
  case invalidOffset(String)
  /// There is something else than a number behind `@`.
  case invalidInstance(String)
  /// A base of which there is only one was counted.
  case notACapability(String)
  /// The base is a number above 0xfff.
  case registerOutOfRange(String)
  /// The registers, of which this is the first, do not lie below 0x1000.
  case outOfRange(Int)
  /// The register is not a multiple of its width.
  case misaligned(Int, AccessWidth)
  /// There is a value where only a register is meant.
  case unexpectedValue
  /// There is no value where one is meant.
  case missingValue
  /// A value or mask is no number.
  case invalidValue(String)
  /// A value or mask has more bits than the register.
  case valueOutOfRange(String, AccessWidth)
}

extension RegisterExpressionError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    switch self {
    case .unknownRegister(let name):
      "register \(quoted(name)): expected a hexadecimal number or a name: of the header (COMMAND), of a "
        + "capability (CAP_EXP, CAP10, ECAP_AER)"
    case .invalidWidth(let letter): "width \(quoted("." + letter)): expected .b, .w or .l"
    case .missingWidth: "expected a width behind it: .b, .w or .l"
    case .invalidOffset(let number):
      "offset \(quoted("+" + number)): expected hexadecimal digits, 0 to fff"
    case .invalidInstance(let number):
      "instance \(quoted("@" + number)): expected hexadecimal digits, at most ffffffff"
    case .notACapability(let name): "\(name) is there once: expected @ behind a capability"
    case .registerOutOfRange(let number): "register \(number): expected at most fff"
    case .outOfRange(let register):
      "register 0x\(hexadecimal(register, digits: 2)): expected it to lie below 0x1000 as a whole"
    case .misaligned(let register, let width):
      "register 0x\(hexadecimal(register, digits: 2)): expected a multiple of the access width, "
        + "\(width.byteCount)"
    case .unexpectedValue: "expected no value: reading changes nothing"
    case .missingValue: "expected REGISTER=VALUE"
    case .invalidValue(let number):
      "value \(quoted(number)): expected hexadecimal digits, and a mask behind a colon"
    case .valueOutOfRange(let number, let width):
      "value \(number): expected at most \(width.bitCount) bits"
    }
  }
}
