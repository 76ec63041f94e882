/// Which folders of a module use declarations of which other folders.
struct FolderGraph {
  /// A use of a declaration of another folder.
  struct Use: Hashable {
    let file: String
    let line: Int
    let name: String
  }

  /// Two folders of which the first uses declarations of the second.
  struct Edge: Hashable {
    let user: String
    let used: String
  }

  private(set) var uses: [Edge: Set<Use>] = [:]

  mutating func insert(_ use: Use, from user: String, to used: String) {
    if user != used { uses[Edge(user: user, used: used), default: []].insert(use) }
  }

  /// The sets of folders in which each folder reaches every other one, in alphabetical order.
  var circles: [[String]] {
    let next = Dictionary(grouping: uses.keys, by: \.user).mapValues { $0.map(\.used) }
    func reachable(from folder: String) -> Set<String> {
      var found: Set<String> = []
      var open = [folder]
      while let folder = open.popLast() {
        for used in next[folder, default: []] where found.insert(used).inserted {
          open.append(used)
        }
      }
      return found
    }
    let reached = Dictionary(uniqueKeysWithValues: next.keys.map { ($0, reachable(from: $0)) })
    let circles = reached.compactMap { folder, found in
      found.contains(folder)
        ? found.filter { reached[$0]?.contains(folder) == true }.sorted() : nil
    }
    return Set(circles).sorted { $0[0] < $1[0] }
  }

  /// The edges between the folders of a circle, the least used first: those are the ones to remove.
  func edges(of circle: [String]) -> [(edge: Edge, uses: [Use])] {
    uses.filter { circle.contains($0.key.user) && circle.contains($0.key.used) }
      .map { ($0, $1.sorted { ($0.file, $0.line, $0.name) < ($1.file, $1.line, $1.name) }) }
      .sorted { ($0.1.count, $0.0.user, $0.0.used) < ($1.1.count, $1.0.user, $1.0.used) }
  }
}
