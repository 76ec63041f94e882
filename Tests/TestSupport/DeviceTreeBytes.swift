/// A flattened device tree of version 17, made as a test wants it.
package struct DeviceTreeBytes {
  private var structure: [UInt8] = []
  private var strings: [UInt8] = []

  package init() {}

  package mutating func node(_ name: String, _ body: (inout DeviceTreeBytes) -> Void) {
    token(1)
    add(Array(name.utf8) + [0])
    body(&self)
    token(2)
  }

  package mutating func property(_ name: String, _ value: [UInt8]) {
    token(3)
    structure += big(UInt64(value.count), 4) + big(UInt64(strings.count), 4)
    add(value)
    strings += Array(name.utf8) + [0]
  }

  package mutating func property(_ name: String, cells: UInt32...) {
    property(name, cells.flatMap { big(UInt64($0), 4) })
  }

  package mutating func property(_ name: String, text: String...) {
    property(name, text.flatMap { Array($0.utf8) + [0] })
  }

  package mutating func token(_ token: UInt32) { structure += big(UInt64(token), 4) }

  /// The offset of the next token from the beginning of the tree.
  package var offset: UInt32 { UInt32(56 + structure.count) }

  /// The tree without the token that ends it, if it is not there: header, an empty memory
  /// reservation block, structure, strings.
  package var bytes: [UInt8] {
    let stringsOffset = 56 + structure.count
    var header: [UInt32] = [0xD00D_FEED, UInt32(stringsOffset + strings.count), 56]
    header += [UInt32(stringsOffset), 40, 17, 16, 0, UInt32(strings.count)]
    header.append(UInt32(structure.count))
    return header.flatMap { big(UInt64($0), 4) } + [UInt8](repeating: 0, count: 16) + structure
      + strings
  }

  private mutating func add(_ bytes: [UInt8]) {
    structure += bytes
    while structure.count % 4 != 0 { structure.append(0) }
  }

  /// The part of a tree of QEMU's microvm that leads to its host bridge, with changes.
  package static func microvm(
    _ change: (inout DeviceTreeBytes) -> Void = { _ in }
  ) -> DeviceTreeBytes {
    var tree = DeviceTreeBytes()
    tree.node("") {
      $0.property("model", text: "microvm")
      $0.property("compatible", text: "linux,microvm")
      $0.property("#size-cells", cells: 2)
      $0.property("#address-cells", cells: 2)
      $0.node("pcie@e0000000") {
        $0.property("interrupt-map-mask", cells: 0x1800, 0, 0, 7)
        $0.property("#size-cells", cells: 2)
        $0.property("#address-cells", cells: 3)
        $0.property("device_type", text: "pci")
        $0.property("compatible", text: "pci-host-ecam-generic")
        $0.property("linux,pci-domain", cells: 0)
        $0.property("reg", cells: 0, 0xE000_0000, 0, 0x1000_0000)
        $0.property("bus-range", cells: 0, 255)
        $0.token(4)
        change(&$0)
      }
      $0.node("chosen") { _ in }
    }
    tree.token(9)
    return tree
  }
}
