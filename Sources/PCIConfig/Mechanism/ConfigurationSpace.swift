/// The configuration registers of a machine, read and written by one access mechanism.
///
/// Everything that accesses configuration registers conforms: mechanism 1 over ports, ECAM over
/// memory, an operating system's files, a recording, and ``SelectedSpace``, which selects one of
/// them for each access.
public protocol ConfigurationSpace<Failure> {
  /// Why an access fails.
  associatedtype Failure: Error

  /// Reads a register with one access.
  ///
  /// - Parameter access: The access.
  /// - Returns: The value, zero-extended; all ones where no function responds (PCI Local Bus
  ///   Specification 3.0, 6.1).
  /// - Throws: `Failure` where the space does not reach the register or the access fails.
  func read(_ access: ConfigurationAccess) throws(Failure) -> UInt32

  /// Writes a register with one access.
  ///
  /// - Parameters:
  ///   - access: The access.
  ///   - value: The value; bits beyond the width are ignored.
  /// - Throws: `Failure` where the space does not reach the register or the access fails.
  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(Failure)

  /// Reads consecutive doublewords of one function, where possible as one operation.
  ///
  /// The default reads one doubleword after the other, up to 0xFFC, and throws the failure of any of
  /// them. A space that ends before 0x1000 provides its own.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - first: The first register, a multiple of 4.
  ///   - count: The number of doublewords, at least 1.
  /// - Returns: `count` values; fewer, but at least one, only where the space ends before the last.
  /// - Throws: `Failure` where the space does not reach `first` or the access fails.
  func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Failure) -> [UInt32]
}

extension ConfigurationSpace {
  /// Reads consecutive doublewords of one function one after the other.
  public func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(Failure) -> [UInt32] {
    let count = first.doublewordCount(upTo: count, before: 0x1000)
    var values: [UInt32] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      let register = Register(integerLiteral: first.offset + UInt16(index) * 4)
      values.append(try read(ConfigurationAccess(aligned: register, .doubleword, of: function)))
    }
    return values
  }
}

extension Register {
  /// Returns how many doublewords from this register on lie before an offset, at most `count`.
  ///
  /// - Parameters:
  ///   - count: The number of doublewords that is wanted, at least 1.
  ///   - end: An offset, a multiple of 4 greater than this register's.
  func doublewordCount(upTo count: Int, before end: UInt16) -> Int {
    precondition(offset % 4 == 0 && count > 0, "doublewords are aligned and at least one")
    return min(count, Int(end - offset) / 4)
  }
}
