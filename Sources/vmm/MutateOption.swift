import ArgumentParser
import Spelling
import VirtualMachine

/// The value of `--mutate`.
enum MutateOption: Equatable {
  /// Which mutations there are.
  case list
  case mutation(Mutation)

  /// The names of all values.
  static let names = ["list"] + Mutation.allCases.map(\.rawValue)

  /// Finds a value.
  ///
  /// - Throws: A `ValidationError` that tells the names that are near, or where all are told.
  init(named name: String) throws {
    if name == "list" {
      self = .list
    } else if let mutation = Mutation(rawValue: name) {
      self = .mutation(mutation)
    } else {
      let near = Spelling.near(name, among: Self.names)
      throw ValidationError(
        near.isEmpty
          ? "expected a name that 'vmm run --mutate list' tells"
          : "did you mean \(near.joined(separator: " or "))?")
    }
  }

  /// The mutation; `nil` where they shall only be told.
  var mutation: Mutation? {
    if case .mutation(let mutation) = self { mutation } else { nil }
  }

  /// All mutations: what each breaks, where it needs a certain window, and where it has shipped.
  static var listing: String {
    Mutation.allCases.map { mutation in
      var lines = [mutation.rawValue, "  \(mutation.effect)"]
      if let window = mutation.window { lines.append("  Needs --ecam \(window.rawValue).") }
      if let (monitor, reference) = mutation.shipped {
        lines += ["  Shipped in \(monitor):", "  \(reference)"]
      }
      return lines.joined(separator: "\n") + "\n"
    }.joined()
  }
}
