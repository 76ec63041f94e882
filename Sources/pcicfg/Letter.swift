import ArgumentParser

/// The single-letter options of lspci and setpci. Every command declares its letters from this list.
enum Letter: Character, CaseIterable {
  case numbers = "n"
  case segments = "D"
  case driver = "k"
  case verbose = "v"
  case tree = "t"
  case machineReadable = "m"
  case registers = "x"
  case slot = "s"
  case id = "d"
  case file = "F"
  case nameFile = "i"

  /// The name for a declaration.
  var name: NameSpecification { .customShort(rawValue) }

  /// Whether a value follows the letter.
  private var takesValue: Bool {
    switch self {
    case .slot, .id, .file, .nameFile: true
    case .numbers, .segments, .driver, .verbose, .tree, .machineReadable, .registers: false
    }
  }

  /// Splits clusters that end with a value as `getopt(3)` does: `-nnks1f.3` becomes `-nnk`, `-s` and
  /// `1f.3`.
  ///
  /// ArgumentParser combines flags by itself, but accepts a joined value only after the first letter,
  /// and finds the letters of its own options, such as `-h`, in that value.
  ///
  /// - Parameter arguments: The arguments, without the program's name.
  static func split(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].flatMap { parts(of: $0) } + arguments[end...]
  }

  /// The parts of a cluster; a cluster with an unknown letter stays whole, for the parser to report.
  private static func parts(of argument: String) -> [String] {
    guard argument.hasPrefix("-"), !argument.hasPrefix("--") else { return [argument] }
    for index in argument.indices.dropFirst() {
      guard let letter = Letter(rawValue: argument[index]) else { break }
      guard letter.takesValue else { continue }
      let flags = argument[..<index]
      let value = argument[argument.index(after: index)...]
      return [flags == "-" ? "" : String(flags), "-\(argument[index])", String(value)]
        .filter { !$0.isEmpty }
    }
    return [argument]
  }
}
