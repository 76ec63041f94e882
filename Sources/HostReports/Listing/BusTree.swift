import HostPCI

/// The buses of an inventory and the bridges that lead to them.
struct BusTree {
  /// A bus and the functions on it.
  struct Bus {
    let number: UInt8
    var functions: [Int]
  }

  /// What leads to buses: the root of a segment, or a bridge.
  struct Branch {
    let secondary: UInt8
    let subordinate: UInt8
    /// The buses, the one right behind a bridge first.
    var buses: [Bus]
  }

  /// A segment and the buses that no bridge leads to.
  struct Root {
    let segment: UInt32
    var buses: [Bus]
  }

  let roots: [Root]
  /// The bridges, by their index in the inventory.
  let bridges: [Int: Branch]

  /// Orders functions into a tree.
  ///
  /// A bus is behind the bridge with the highest address of those that lead to it. A bridge that
  /// claims its own bus, or one below, leads nowhere: secondary buses have higher numbers than the
  /// bus they come from (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2.5.3).
  ///
  /// - Parameter functions: The functions, ascending.
  init(_ functions: [ListedFunction]) {
    var roots: [Root] = []
    var bridges: [Int: Branch] = [:]
    var owners: [Int?] = []
    for (index, function) in functions.enumerated() {
      if roots.last?.segment != function.address.segment {
        roots.append(Root(segment: function.address.segment, buses: []))
        let found = Self.bridges(
          functions[index...].prefix { $0.address.segment == function.address.segment })
        bridges.merge(found.bridges) { first, _ in first }
        owners = found.owners
      }
      let bus = function.address.bus
      if let owner = owners[Int(bus)] {
        bridges[owner]?.buses.add(index, to: bus)
      } else {
        roots[roots.count - 1].buses.add(index, to: bus)
      }
    }
    self.roots = roots
    self.bridges = bridges
  }

  /// The bridges of a segment, and for each bus the one that leads to it.
  private static func bridges(
    _ segment: ArraySlice<ListedFunction>
  ) -> (bridges: [Int: Branch], owners: [Int?]) {
    var bridges: [Int: Branch] = [:]
    var owners = [Int?](repeating: nil, count: 256)
    for (index, function) in zip(segment.indices, segment) {
      guard let branch = Branch(function) else { continue }
      bridges[index] = branch
      guard branch.secondary > function.address.bus, branch.secondary <= branch.subordinate else {
        continue
      }
      for bus in branch.secondary...branch.subordinate { owners[Int(bus)] = index }
    }
    return (bridges, owners)
  }
}

extension BusTree.Branch {
  /// The buses that a function leads to; `nil` where it is no bridge.
  fileprivate init?(_ function: ListedFunction) {
    guard function.classCode.base == 0x06, let header = function.header,
      header.layout == .bridge || header.layout == .cardBus,
      let buses = function.image?.doubleword(at: 0x18)
    else { return nil }
    secondary = UInt8(truncatingIfNeeded: buses >> 8)
    subordinate = UInt8(truncatingIfNeeded: buses >> 16)
    self.buses = [BusTree.Bus(number: secondary, functions: [])]
  }
}

extension [BusTree.Bus] {
  fileprivate mutating func add(_ function: Int, to number: UInt8) {
    if let index = firstIndex(where: { $0.number == number }) {
      self[index].functions.append(function)
    } else {
      append(BusTree.Bus(number: number, functions: [function]))
    }
  }
}
