import ArgumentParser
import Spelling
import VirtualMachine

/// The value of `--mutate`.
enum MutateOption: Equatable {
  /// List the mutations.
  case list
  case mutation(Mutation)

  /// The names of all values.
  static let names = ["list"] + Mutation.allCases.map(\.rawValue)

  /// Finds a value.
  ///
  /// - Throws: A `ValidationError` with the names that are near, else with the command that lists all.
  init(named name: String) throws {
    if name == "list" {
      self = .list
    } else if let mutation = Mutation(rawValue: name) {
      self = .mutation(mutation)
    } else {
      let near = Spelling.near(name, among: Self.names)
      throw ValidationError(
        Spelling.question(near) ?? "expected a name from 'vmm run --mutate list'")
    }
  }

  /// The mutation; `nil` for the list.
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
