import TestSupport
import Testing

/// A folder of sources, compiled with an index as a build does it.
private struct SourceTree {
  private let folder: TemporaryDirectory

  /// - Parameter modules: For each module the texts of its files, by their path in the module.
  init(_ modules: [String: [String: String]]) async throws {
    folder = try TemporaryDirectory()
    for (module, files) in modules {
      for (file, text) in files { try folder.write("Sources/\(module)/\(file)", Array(text.utf8)) }
    }
    let line = """
      cd "$1"
      for module in Sources/*; do
        (mkdir "${module##*/}.o" && cd "${module##*/}.o" && find "$1/$module" -name '*.swift' -exec \\
          swiftc -c -parse-as-library -module-name ${module##*/} -index-store-path ../index {} +)
      done
      """
    let build = try await Tool.folderCircles.bash(line, [folder.path])
    try #require(build.status == .exited(0), "\(build.errors)")
  }

  func write(_ file: String, _ text: String) throws {
    try folder.write("Sources/\(file)", Array(text.utf8))
  }

  /// Checks the tree.
  func check(except exceptions: String...) async throws -> Tool.Outcome {
    let line = """
      library=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\\(.*\\)".*/\\1/p')
      cd "$1" && shift && exec "$0" "$library/../libIndexStore.so" index Sources "$@"
      """
    return try await Tool.folderCircles.bash(line, [folder.path] + exceptions)
  }
}

extension Tool {
  fileprivate static let folderCircles = Tool(name: "folder-circles")

  fileprivate static func outcome(
    _ status: Int32, _ output: String = "", errors: String = ""
  ) -> Outcome {
    Outcome(status: .exited(status), output: output, errors: errors)
  }
}

@Suite("make lint: circles between folders")
struct FolderCirclesTests {
  /// `Base` is below `Text` and uses nothing of it.
  private static let clean = [
    "Base/Number.swift": "struct Number { var value = 1 }\n",
    "Text/Number+Text.swift": "extension Number { var text: String { String(value) } }\n",
    "Main.swift": "func main() -> String { Number().text }\n",
  ]

  /// `Base` uses a member that `Text` adds to a type of `Base`.
  private static let circular = clean.merging([
    "Base/Sum.swift": "/// Text.\nfunc sum(_ a: Number) -> String {\n  a.text\n}\n"
  ]) { $1 }

  private static let report = """
    Sample: circle between the folders Base, Text
    Sources/Sample/Base/Sum.swift:3: Base uses text of Text
    Sources/Sample/Text/Number+Text.swift:1: Text uses Number of Base
    Sources/Sample/Text/Number+Text.swift:1: Text uses value of Base

    """

  @Test func `uses that point one way pass`() async throws {
    let tree = try await SourceTree(["Sample": Self.clean, "Flat": ["A.swift": "struct A {}\n"]])
    #expect(try await tree.check() == Tool.outcome(0))
  }

  @Test func `a member that a higher folder adds is an upward use`() async throws {
    let tree = try await SourceTree(["Sample": Self.circular, "Other": Self.clean])
    #expect(try await tree.check() == Tool.outcome(1, Self.report))
  }

  @Test func `an exception is for a module that has a circle`() async throws {
    let tree = try await SourceTree(["Sample": Self.circular, "Other": Self.clean])
    #expect(try await tree.check(except: "Sample") == Tool.outcome(0))
    #expect(
      try await tree.check(except: "Sample", "Other")
        == Tool.outcome(
          1, "Other: no circle between its folders (remove it from the exceptions)\n"))
    #expect(
      try await tree.check(except: "Sampel")
        == Tool.outcome(64, errors: "folder-circles: exception Sampel: no such module in Sources\n")
    )
  }

  @Test func `a file that was not compiled is an error`() async throws {
    let tree = try await SourceTree(["Sample": Self.clean])
    try tree.write("Sample/Text/New.swift", "struct New {}\n")
    #expect(
      try await tree.check()
        == Tool.outcome(
          2,
          errors: "folder-circles: Sources/Sample/Text/New.swift: not in the index "
            + "(run swift build first)\n"))
  }
}
