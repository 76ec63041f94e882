/// A number that cannot be part of a configuration address.
public enum AddressError: Error, Equatable, Sendable {
  /// A device number above 31 (PCI Local Bus Specification 3.0, 3.2.2.3.1).
  case deviceOutOfRange(UInt8)
  /// A function number above 7 (PCI Local Bus Specification 3.0, 3.2.2.3.1).
  case functionOutOfRange(UInt8)
  /// A register offset above 4095 (PCI Express Base Specification 6.0, 7.2.2).
  case registerOutOfRange(UInt16)
  /// An offset that is not a multiple of the access width.
  case misaligned(Register, AccessWidth)
}

extension AddressError: CustomStringConvertible {
  /// What was given and what was expected, in one line.
  public var description: String {
    switch self {
    case .deviceOutOfRange(let device): "device \(device): expected 0 to 31"
    case .functionOutOfRange(let function): "function \(function): expected 0 to 7"
    case .registerOutOfRange(let register): "register \(register): expected 0 to 4095"
    case .misaligned(let register, let width):
      "register \(register): expected a multiple of the access width, \(width.byteCount)"
    }
  }
}
