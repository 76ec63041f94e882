import Foundation

/// Reports folders of a module that use each other's declarations in a circle.
///
///     folder-circles LIBRARY INDEX SOURCES [MODULE...]
///
/// `LIBRARY` is the toolchain's `libIndexStore.so`, `INDEX` the index of a debug build, `SOURCES` the
/// folder that has a folder for each module. The modules named at the end may have circles; one that
/// has none must not be named. Exits with 1 for a circle or a needless exception, with 2 where the
/// index cannot be read or lacks a file, with 64 for wrong arguments.
@main
struct FolderCircles {
  /// The most uses that are printed for two folders.
  private static let shownUses = 3

  static func main() {
    let arguments = CommandLine.arguments.dropFirst().map { $0 }
    guard arguments.count >= 3 else {
      complain("usage: folder-circles LIBRARY INDEX SOURCES [MODULE...]", status: 64)
    }
    do {
      let index = try IndexStore(path: arguments[1], library: arguments[0])
      let modules = try Self.modules(in: arguments[2], index)
      let exceptions = Set(arguments[3...])
      for name in exceptions.subtracting(modules.map(\.name)).sorted() {
        complain("exception \(name): no such module in \(arguments[2])", status: 64)
      }
      var isGood = true
      for module in modules {
        let circles = module.graph.circles
        if exceptions.contains(module.name) {
          guard circles.isEmpty else { continue }
          print("\(module.name): no circle between its folders (remove it from the exceptions)")
          isGood = false
        }
        for circle in circles {
          print(text(of: circle, in: module), terminator: "")
          isGood = false
        }
      }
      exit(isGood ? 0 : 1)
    } catch {
      complain("\(error)", status: 2)
    }
  }

  private static func complain(_ text: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("folder-circles: \(text)\n".utf8))
    exit(status)
  }

  private struct Module {
    let name: String
    var graph = FolderGraph()
  }

  private struct NotIndexed: Error, CustomStringConvertible {
    let file: String

    var description: String { "\(file): not in the index (run swift build first)" }
  }

  /// The graph of each module that has folders.
  private static func modules(in sources: String, _ index: IndexStore) throws -> [Module] {
    let files = FileManager.default
    let units = index.units()
    return try files.contentsOfDirectory(atPath: sources).sorted().compactMap { name in
      let root = "\(sources)/\(name)"
      let names = (files.enumerator(atPath: root)?.compactMap { $0 as? String } ?? [])
        .filter { $0.hasSuffix(".swift") }.sorted()
      guard names.contains(where: { $0.contains("/") }) else { return nil }
      var module = Module(name: name)
      let records = try names.map { name in
        let path = "\(root)/\(name)"
        let absolute = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        guard let unit = units[absolute] else { throw NotIndexed(file: path) }
        return (path: path, folder: folder(of: name), items: try index.occurrences(in: unit))
      }
      var homes: [String: String] = [:]
      for record in records {
        for item in record.items where item.isDeclaration { homes[item.symbol] = record.folder }
      }
      for record in records {
        for item in record.items where !item.isDeclaration {
          guard let home = homes[item.symbol] else { continue }
          module.graph.insert(
            .init(file: record.path, line: item.line, name: item.name), from: record.folder,
            to: home)
        }
      }
      return module
    }
  }

  /// The first folder of a path below the module; the module itself for a file that is in none.
  private static func folder(of path: String) -> String {
    path.firstIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private static func text(of circle: [String], in module: Module) -> String {
    var text = "\(module.name): circle between the folders \(circle.joined(separator: ", "))\n"
    for (edge, uses) in module.graph.edges(of: circle) {
      for use in uses.prefix(shownUses) {
        text += "\(use.file):\(use.line): \(edge.user) uses \(use.name) of \(edge.used)\n"
      }
      if uses.count > shownUses {
        text += "  and \(uses.count - shownUses) more uses of \(edge.used) in \(edge.user)\n"
      }
    }
    return text
  }
}
