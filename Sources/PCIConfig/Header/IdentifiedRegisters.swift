/// The registers of a function with its vendor and device ID put in place.
///
/// A virtual function returns all ones for its vendor and device ID alone (PCI Express Base
/// Specification 6.0, 9.3.4.1.1); the operating system knows both from its physical function. What
/// decodes registers sees them as those of any other function.
public struct IdentifiedRegisters<Registers: FunctionRegisters>: FunctionRegisters {
  /// The registers as they are read.
  public let registers: Registers
  /// The first doubleword: device ID in bits 31:16, vendor ID in 15:0.
  public let identification: UInt32

  /// Creates the registers.
  ///
  /// - Parameters:
  ///   - registers: The registers as they are read.
  ///   - identification: The first doubleword: device ID in bits 31:16, vendor ID in 15:0.
  public init(_ registers: Registers, identification: UInt32) {
    self.registers = registers
    self.identification = identification
  }

  /// Returns the identification at 0, and elsewhere what the registers return.
  public func doubleword(at offset: UInt16) -> UInt32? {
    offset == 0 ? identification : registers.doubleword(at: offset)
  }
}

extension IdentifiedRegisters: Sendable where Registers: Sendable {}
extension IdentifiedRegisters: Equatable where Registers: Equatable {}
