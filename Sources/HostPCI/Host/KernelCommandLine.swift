/// What the kernel was told when it was started.
public struct KernelCommandLine: Equatable, Sendable {
  /// The whole line.
  public let text: String

  /// Takes the line apart.
  public init(_ text: String) {
    self.text = text
  }

  /// The parts of every `pci=` option, which are separated by commas.
  public var pci: [String] { values("pci").flatMap { $0.split(separator: ",").map(String.init) } }

  /// The first part of a `pci=` option that keeps Linux from ECAM; `nil` where none does.
  var optionWithoutECAM: String? {
    pci.first { ["nommconf", "conf1", "conf2", "off"].contains($0) }
  }

  /// Whether `/dev/mem` may map what a driver has: `iomem=relaxed`.
  public var relaxesMemory: Bool { values("iomem").last == "relaxed" }

  /// The words between blanks.
  var words: [Substring] { text.split { $0 == " " || $0 == "\t" } }

  /// The values of an option, in order. Everything behind `--` belongs to init.
  func values(_ option: String) -> [Substring] {
    words.prefix { $0 != "--" }.compactMap { word in
      word.hasPrefix(option + "=") ? word.dropFirst(option.count + 1) : nil
    }
  }
}
