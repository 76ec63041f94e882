/// Whether two configuration spaces show the same function: the registers that identify it, compared.
public enum IdentityComparison: Equatable, Sendable {
  /// Both spaces return the same for every identifying register.
  case agrees
  /// The spaces return different values for a register.
  case differs(Register, first: UInt32, second: UInt32)
  /// The first space returns all ones for a register that no function has so. All ones also match
  /// unmapped space and prove nothing; the second space was not read.
  case inconclusive(Register)

  /// The registers that identify a function, doublewords: device and vendor ID, then class code and
  /// revision (PCI Local Bus Specification 3.0, 6.2.1).
  public static let registers: InlineArray<2, Register> = [.vendorID, .revisionID]

  /// Compares a function's identifying registers through two spaces.
  ///
  /// A virtual function returns all ones for its vendor and device ID alone (PCI Express Base
  /// Specification 6.0, 9.3.4.1.1): it agrees where both spaces return that. All registers are read
  /// through the first space before the second is accessed.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - first: The space that is known to work.
  ///   - second: The space that is compared with it.
  /// - Throws: ``IdentityComparisonFailure``, where a space does not return a register.
  @inline(never)
  public init<First: ConfigurationSpace, Second: ConfigurationSpace>(
    of function: FunctionAddress, through first: First, and second: Second
  ) throws(IdentityComparisonFailure<First.Failure, Second.Failure>) {
    var wanted = InlineArray<2, UInt32>(repeating: 0)
    for index in wanted.indices {
      let register = Self.registers[index]
      do throws(First.Failure) {
        wanted[index] = try first.read(
          ConfigurationAccess(aligned: register, .doubleword, of: function))
      } catch {
        throw .first(register, error)
      }
      if register != .vendorID, wanted[index] == .max {
        self = .inconclusive(register)
        return
      }
    }
    for index in wanted.indices {
      let register = Self.registers[index]
      let value: UInt32
      do throws(Second.Failure) {
        value = try second.read(ConfigurationAccess(aligned: register, .doubleword, of: function))
      } catch {
        throw .second(register, error)
      }
      if value != wanted[index] {
        self = .differs(register, first: wanted[index], second: value)
        return
      }
    }
    self = .agrees
  }
}

/// Why functions cannot be compared: which space failed, at which register, and how.
public enum IdentityComparisonFailure<First: Error, Second: Error>: Error {
  /// The first space failed.
  case first(Register, First)
  /// The second space failed.
  case second(Register, Second)
}

extension IdentityComparisonFailure: Equatable where First: Equatable, Second: Equatable {}
