extension AccessFacts {
  /// Compares functions through two configuration spaces by ``IdentityComparison``, and records which
  /// agree and which differ. A function that cannot be compared is left out.
  ///
  /// - Parameters:
  ///   - functions: The functions.
  ///   - first: The space that is known to work: mechanism 1, or what stands for it.
  ///   - second: The space that is compared with it: ECAM.
  public mutating func compare<First: ConfigurationSpace, Second: ConfigurationSpace>(
    _ functions: [FunctionAddress], through first: First, and second: Second
  ) {
    for function in functions {
      do throws(IdentityComparisonFailure<First.Failure, Second.Failure>) {
        switch try IdentityComparison(of: function, through: first, and: second) {
        case .agrees: agreeing.insert(function)
        case .differs: differing.insert(function)
        case .inconclusive: break
        }
      } catch {}
    }
  }
}
