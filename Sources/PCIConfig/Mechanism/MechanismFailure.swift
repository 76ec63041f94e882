/// Why an access by a mechanism fails.
public enum MechanismFailure<Underlying: Error>: Error {
  /// The mechanism does not reach the register.
  case unreachable(ReachError)
  /// The ports or the memory that the mechanism uses failed. In a guest they cannot: `Underlying` is
  /// `Never` there.
  case failed(Underlying)
}

extension MechanismFailure: Equatable where Underlying: Equatable {}

extension MechanismFailure: CustomStringConvertible where Underlying: CustomStringConvertible {
  /// The cause in one line.
  public var description: String {
    switch self {
    case .unreachable(let error): error.description
    case .failed(let failure): failure.description
    }
  }
}
