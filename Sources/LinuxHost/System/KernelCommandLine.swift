/// What the kernel was told when it was started.
public struct KernelCommandLine: Equatable, Sendable {
  /// The whole line.
  public let text: String

  /// Takes the line apart.
  public init(_ text: String) {
    self.text = text
  }

  /// An option and its value.
  package struct Option {
    /// Its text, with quotes.
    package let word: Substring
    package let name: Substring
    /// What is behind the equals sign; `nil` where there is none.
    let value: Substring?

    /// Takes a word apart; quotes may be around it or around the value.
    init(_ word: Substring) {
      self.word = word
      var text = word
      if text.first == "\"" {
        text.removeFirst()
        if text.last == "\"" { text.removeLast() }
      }
      name = text.prefix { $0 != "=" }
      guard name.endIndex < text.endIndex else {
        value = nil
        return
      }
      var value = text[text.index(after: name.endIndex)...]
      if value.first == "\"" {
        value.removeFirst()
        if value.last == "\"" { value.removeLast() }
      }
      self.value = value
    }
  }

  /// The parts of every `pci=` option, which are separated by commas.
  public var pci: [String] { values("pci").flatMap { $0.split(separator: ",").map(String.init) } }

  /// The first part of a `pci=` option that keeps Linux from ECAM; `nil` where none does.
  package var optionWithoutECAM: String? {
    pci.first { ["nommconf", "conf1", "conf2", "off"].contains($0) }
  }

  /// Whether `/dev/mem` may map what a driver has: `iomem=relaxed`.
  public var relaxesMemory: Bool { values("iomem").last == "relaxed" }

  /// The words between blanks that are not in quotes.
  package var words: [Substring] {
    var isQuoted = false
    return text.split { character in
      if character == "\"" { isQuoted.toggle() }
      return !isQuoted && (character == " " || character == "\t")
    }
  }

  /// The options, in order. Everything behind `--` belongs to init.
  package var options: [Option] { words.prefix { $0 != "--" }.map(Option.init) }

  /// The values of an option, in order.
  func values(_ name: String) -> [Substring] {
    options.compactMap { $0.name == name ? $0.value : nil }
  }
}
