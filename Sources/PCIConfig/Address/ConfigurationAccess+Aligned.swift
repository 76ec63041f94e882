extension ConfigurationAccess {
  /// Creates an access to a register that is known to be a multiple of the width; another one traps.
  ///
  /// - Parameters:
  ///   - register: A multiple of `width`.
  ///   - width: The width.
  ///   - function: The function.
  public init(aligned register: Register, _ width: AccessWidth, of function: FunctionAddress) {
    do {
      self = try ConfigurationAccess(function, register, width)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}
