extension AccessFacts {
  /// The registers that say which function this is: vendor and device, revision and class, header
  /// type with its neighbours that a guest does not change by reading.
  private static let identification: [(register: Register, width: AccessWidth)] = [
    (.vendorID, .doubleword), (.revisionID, .doubleword), (.headerType, .byte),
  ]

  /// Compares the registers that identify functions through two ways into configuration space, and
  /// notes what agrees and what differs. A function that one way does not reach is left out.
  ///
  /// - Parameters:
  ///   - functions: The functions.
  ///   - first: One way, mechanism 1.
  ///   - second: The other, ECAM.
  public mutating func compare(
    _ functions: [FunctionAddress], through first: some ConfigurationSpace,
    and second: some ConfigurationSpace
  ) {
    for function in functions {
      switch Self.areSame(function, first, second) {
      case true?: agreeing.append(function)
      case false?: differing.append(function)
      case nil: break
      }
    }
  }

  private static func areSame(
    _ function: FunctionAddress, _ first: some ConfigurationSpace,
    _ second: some ConfigurationSpace
  ) -> Bool? {
    for (register, width) in identification {
      guard let access = try? ConfigurationAccess(function, register, width),
        let one = try? first.read(access), let other = try? second.read(access)
      else { return nil }
      if one != other { return false }
    }
    return true
  }
}
