/// Letters behind one dash, as `getopt(3)` reads them and lspci's users type them: `-nnks1f.3`.
struct LetterCluster {
  /// The letters without a value.
  var flags: String
  /// The letters with a value, which is the rest of the cluster or the next argument.
  var options: String

  /// Takes clusters apart, each letter for itself and each value behind its letter.
  ///
  /// A cluster with an unknown letter stays as it is, for the parser to complain of.
  func expand(_ arguments: [String]) -> [String] {
    var expanded: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      guard argument != "--" else { return expanded + [argument] + rest }
      guard let (letters, value) = letters(argument) else {
        expanded.append(argument)
        continue
      }
      expanded += letters.map { "-\($0)" }
      if let value {
        expanded.append(value)
      } else if let last = letters.last, options.contains(last), let next = rest.popFirst() {
        expanded.append(next)
      }
    }
    return expanded
  }

  private func letters(_ argument: String) -> (letters: [Character], value: String?)? {
    guard argument.hasPrefix("-"), argument.count > 1, !argument.hasPrefix("--") else { return nil }
    var letters: [Character] = []
    for index in argument.indices.dropFirst() {
      letters.append(argument[index])
      if options.contains(argument[index]) {
        let value = String(argument[argument.index(after: index)...])
        return (letters, value.isEmpty ? nil : value)
      }
      guard flags.contains(argument[index]) else { return nil }
    }
    return (letters, nil)
  }
}
