extension Duration {
  /// How long a test waits for what happens unless something hangs. It says nothing about how fast
  /// a machine is.
  package static let hangLimit = Duration.seconds(600)
}

/// Runs something that hits a time limit, with ever longer limits until it has come as far as it
/// should before the limit.
///
/// - Parameters:
///   - first: The first limit in seconds; each one after it is four times as long.
///   - body: Runs with a limit in seconds.
///   - isFarEnough: Whether a result is that of a run that came far enough.
/// - Returns: The first such result, else the result with the last limit.
package func growingLimit<Result>(
  from first: Double = 1, _ body: (Double) throws -> Result,
  until isFarEnough: (Result) throws -> Bool
) rethrows -> Result {
  var limit = first
  while true {
    let result = try body(limit)
    if try isFarEnough(result) || limit >= 64 { return result }
    limit *= 4
  }
}

/// Runs something that hits a time limit as the synchronous function does.
package func growingLimit<Result>(
  from first: Double = 1, isolation: isolated (any Actor)? = #isolation,
  _ body: (Double) async throws -> Result, until isFarEnough: (Result) throws -> Bool
) async rethrows -> Result {
  var limit = first
  while true {
    let result = try await body(limit)
    if try isFarEnough(result) || limit >= 64 { return result }
    limit *= 4
  }
}

// A static build, which runs no tests, has no Testing.
#if canImport(Testing)
  import Testing

  extension Trait where Self == TimeLimitTrait {
    /// Fails a test that hangs. The time it waits for its turn may count, too.
    package static var hangLimit: Self { .timeLimit(.minutes(30)) }
  }
#endif
