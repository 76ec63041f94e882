import Glibc

/// Something that was looked for on a machine: known, not there, or not to be had.
public enum Fact<Value: Sendable>: Sendable {
  /// The value.
  case known(Value)
  /// There is no such thing; the path or name that was looked for.
  case absent(String)
  /// The system refused or failed.
  case failed(SystemFailure)

  /// Makes the fact of a request's outcome: a path that does not exist is ``absent(_:)``.
  public init(_ request: () throws(SystemFailure) -> Value) {
    do {
      self = .known(try request())
    } catch {
      self =
        error.isErrno(ENOENT) || error.isErrno(ENOTDIR) ? .absent(error.subject) : .failed(error)
    }
  }

  /// The first fact that is there: where none is, the first one.
  ///
  /// - Parameters:
  ///   - names: Where to look, at least one.
  ///   - look: What is found there.
  package static func first(of names: [String], _ look: (String) -> Fact) -> Fact {
    let first = look(names[0])
    guard case .absent = first else { return first }
    for name in names.dropFirst() {
      let other = look(name)
      guard case .absent = other else { return other }
    }
    return first
  }

  /// The value where it is known.
  public var value: Value? {
    guard case .known(let value) = self else { return nil }
    return value
  }

  /// The refusal where there was one.
  public var failure: SystemFailure? {
    guard case .failed(let failure) = self else { return nil }
    return failure
  }

  /// The same fact of something derived from the value, absent where that is `nil`.
  ///
  /// - Parameters:
  ///   - name: What is absent then.
  ///   - transform: The derivation.
  public func compactMap<Other: Sendable>(
    orAbsent name: String, _ transform: (Value) -> Other?
  ) -> Fact<Other> {
    switch self {
    case .known(let value): transform(value).map { .known($0) } ?? .absent(name)
    case .absent(let name): .absent(name)
    case .failed(let failure): .failed(failure)
    }
  }

  /// The same fact of something derived from the value.
  public func map<Other: Sendable>(_ transform: (Value) -> Other) -> Fact<Other> {
    switch self {
    case .known(let value): .known(transform(value))
    case .absent(let name): .absent(name)
    case .failed(let failure): .failed(failure)
    }
  }
}

extension Fact: Equatable where Value: Equatable {}
