import ArgumentParser
import VirtualMachine

/// The value of `--acpi`.
enum ACPIOption: ExpressibleByArgument {
  case none
  case built
  case file(String)

  init(argument: String) {
    switch argument {
    case "none": self = .none
    case "built": self = .built
    default: self = .file(argument)
    }
  }

  var defaultValueDescription: String { "built" }

  static var defaultCompletionKind: CompletionKind { .file() }

  /// Which tables these are.
  ///
  /// - Throws: A `ForgedTableError` where a file cannot be used.
  func tables() throws(ForgedTableError) -> BoardConfiguration.ACPI {
    switch self {
    case .none: .none
    case .built: .built
    case .file(let path): .forged(try ForgedTable(path: path))
    }
  }
}
