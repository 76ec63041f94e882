/// The release of a kernel, for example `6.1.0-13-amd64`.
struct KernelRelease: Equatable {
  /// All of it, as the kernel tells it.
  let text: String
  /// Its beginning of numbers and of words that distributions use: who builds a kernel may append any
  /// name (`CONFIG_LOCALVERSION`). `unknown` where it begins otherwise.
  let publicText: String

  /// Takes a release apart.
  init(_ text: String) {
    self.text = text
    var end = text.startIndex
    var position = text.startIndex
    while position < text.endIndex {
      let part = text[position...].prefix { !"-.+_~".contains($0) }
      guard Self.isPublic(part), position > text.startIndex || part.first?.isDigit == true else {
        break
      }
      end = part.endIndex
      position = end < text.endIndex ? text.index(after: end) : end
    }
    publicText = end > text.startIndex ? String(text[..<end]) : "unknown"
  }

  /// The directory of the kernel's modules, without the leading slash.
  private static let modules = "lib/modules/"
  /// What the path of the kernel's configuration begins with.
  private static let configuration = "boot/config-"

  /// A path of the machine's files as a record has it, with ``publicText`` for the release.
  ///
  /// - Parameter path: Without the leading slash.
  func publicPath(_ path: String) -> String {
    if path == Self.configuration + text { return Self.configuration + publicText }
    let directory = Self.modules + text + "/"
    guard path.hasPrefix(directory) else { return path }
    return Self.modules + publicText + "/" + path.dropFirst(directory.count)
  }

  /// A number, with one of the words or none before it, or a word.
  private static func isPublic(_ part: Substring) -> Bool {
    let word = part.prefix { !$0.isDigit }
    return part.dropFirst(word.count).allSatisfy(\.isDigit)
      && (word.isEmpty ? !part.isEmpty : words.contains(String(word)))
  }

  private static let words: Set<String> = [
    "WSL", "aarch", "amd", "amzn", "arch", "aws", "azl", "azure", "bpo", "cloud", "cm", "cos",
    "deb", "default", "el", "fc", "gcp", "generic", "gke", "hardened", "hwe", "kvm", "linuxkit",
    "lowlatency", "lts", "microsoft", "oracle", "pae", "pve", "rc", "realtime", "rt", "standard",
    "ubuntu", "v", "virtual", "x", "xanmod", "zen",
  ]
}

extension Character {
  fileprivate var isDigit: Bool { isASCII && isNumber }
}
