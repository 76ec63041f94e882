import HostPCI
import PCIConfig

extension Listing {
  /// The functions as a tree of buses and bridges: lspci's `-t`. With ``isVerbose`` with names.
  ///
  /// - Parameter selection: Which functions are shown, with the bridges that lead to them and all
  ///   that is behind them.
  public func tree(_ selection: FunctionSelection = .all) -> String {
    let tree = TreeText(
      functions: inventory.functions, tree: BusTree(inventory.functions), selection: selection,
      naming: isVerbose ? naming : nil)
    return tree.lines.map { $0 + "\n" }.joined()
  }
}

/// Draws a tree: blocks of lines, each hanging behind the last character of the one it belongs to.
private struct TreeText {
  let functions: [ListedFunction]
  let tree: BusTree
  let selection: FunctionSelection
  let naming: Naming?

  var lines: [String] {
    tree.roots.flatMap { root in
      let buses = root.buses.filter { isShown($0) }
      return buses.isEmpty
        ? [] : branch(buses, root.segment, label: { "[\(label($0, root.segment))]-" })
    }
  }

  private func label(_ bus: BusTree.Bus, _ segment: UInt32) -> String {
    hexadecimal(segment, digits: 4) + ":" + hexadecimal(bus.number, digits: 2)
  }

  private func isShown(_ bus: BusTree.Bus) -> Bool {
    selection == .all || bus.functions.contains { isShown($0) }
  }

  private func isShown(_ function: Int) -> Bool {
    selection.contains(functions[function])
      || tree.bridges[function].map { $0.buses.contains { isShown($0) } } ?? false
  }

  /// The same tree, below a function that is shown with all that is behind it.
  private var whole: TreeText {
    TreeText(functions: functions, tree: tree, selection: .all, naming: naming)
  }

  /// Buses behind one point; one alone has the label of a root, none behind a bridge.
  private func branch(
    _ buses: [BusTree.Bus], _ segment: UInt32, label single: (BusTree.Bus) -> String
  ) -> [String] {
    guard buses.count > 1 else {
      return buses.first.map { hang("-" + single($0), bus($0)) } ?? ["-"]
    }
    return fork(buses.map { hang("[\(label($0, segment))]-", bus($0)) })
      .enumerated().map { ($0 == 0 ? "-" : " ") + $1 }
  }

  private func bus(_ bus: BusTree.Bus) -> [String] {
    let shown = bus.functions.filter { isShown($0) }
    guard shown.count > 1 else { return shown.first.map { hang("--", function($0)) } ?? [""] }
    return fork(shown.map { function($0) })
  }

  private func function(_ index: Int) -> [String] {
    let address = functions[index].address
    let slot = hexadecimal(address.device, digits: 2) + "." + String(address.function)
    guard let bridge = tree.bridges[index] else {
      return [slot + (naming.map { "  " + $0.functionText(functions[index]) } ?? "")]
    }
    let below = selection.contains(functions[index]) ? whole : self
    let first = hexadecimal(bridge.secondary, digits: 2)
    let last = hexadecimal(bridge.subordinate, digits: 2)
    let buses =
      bridge.secondary == 0 ? "-" : first == last ? "-[\(first)]-" : "-[\(first)-\(last)]-"
    return hang(
      slot + buses,
      below.branch(
        bridge.buses.filter { below.isShown($0) }, address.segment,
        label: { bridge.buses.count > 1 ? "[\(label($0, address.segment))]-" : "" }))
  }

  /// A block behind some text.
  private func hang(_ head: String, _ block: [String]) -> [String] {
    let indentation = String(repeating: " ", count: head.count)
    return block.enumerated().map { ($0 == 0 ? head : indentation) + $1 }
  }

  /// Blocks below each other, joined by a line down their left side.
  private func fork(_ blocks: [[String]]) -> [String] {
    blocks.enumerated().flatMap { index, block in
      let isLast = index == blocks.count - 1
      return block.enumerated().map { row, line in
        (row == 0 ? (isLast ? "\\-" : "+-") : (isLast ? "  " : "| ")) + line
      }
    }
  }
}
