import PCIConfig
import TestSupport
import Testing

struct DeviceTreeTests {
  /// The regions of a tree, and why bridges open none.
  private func read(
    _ bytes: [UInt8], at address: UInt64 = 0x7000_0000, limit: UInt32 = 1 << 20
  ) throws -> (regions: [ECAMRegion], errors: [DeviceTreeBridgeError]) {
    let memory = RAM(bytes, at: address)
    var bridges = try DeviceTreeBridges(at: address, in: memory, limit: limit)
    var regions: [ECAMRegion] = []
    var errors: [DeviceTreeBridgeError] = []
    while let bridge = try bridges.next() {
      do throws(DeviceTreeBridgeError) {
        regions.append(try bridge.region(in: memory))
      } catch {
        errors.append(error)
      }
    }
    return (regions, errors)
  }

  /// What the only bridge of a tree makes of its properties, below a parent of one cell each.
  private func read(
    cells: (UInt32, UInt32) = (1, 1), _ body: (inout DeviceTreeBytes) -> Void
  ) throws -> (regions: [ECAMRegion], errors: [DeviceTreeBridgeError]) {
    var tree = DeviceTreeBytes()
    tree.node("") {
      $0.property("#address-cells", cells: cells.0)
      $0.property("#size-cells", cells: cells.1)
      $0.node("pcie") {
        $0.property("compatible", text: "vendor,pcie", "pci-host-ecam-generic")
        body(&$0)
      }
    }
    tree.token(9)
    return try read(tree.bytes)
  }

  @Test func `the bridge of microvm is found`() throws {
    let (regions, errors) = try read(DeviceTreeBytes.microvm().bytes)
    #expect(regions == [try ECAMRegion(base: 0xE000_0000, buses: 0...255)])
    #expect(errors == [])
  }

  @Test func `a tree may end where 64-bit addresses do`() throws {
    func top(_ bytes: [UInt8]) -> UInt64 { (.max - UInt64(bytes.count)) & ~7 }
    let good = DeviceTreeBytes.microvm().bytes
    #expect(try read(good, at: top(good)).regions.count == 1)
    var tree = DeviceTreeBytes()
    for token in [1, 0, 3, 0, .max] as [UInt32] { tree.token(token) }
    tree.property("a", [])
    let bad = tree.bytes
    #expect(throws: DeviceTreeError.propertyName(offset: 64, .max)) {
      try read(bad, at: top(bad))
    }
  }

  @Test func `bridges come in the order of the tree, with the cells of their parents`() throws {
    var tree = DeviceTreeBytes()
    tree.node("") {
      // Without #address-cells and #size-cells, 2 and 1 hold.
      $0.node("pcie") {
        $0.property("reg", cells: 0x40, 0, 0x20_0000)
        $0.property("compatible", text: "pci-host-ecam-generic")
        $0.node("child") {
          $0.property("compatible", text: "pci-host-ecam-generic")
          $0.property("reg", cells: 0, 0x1000_0000, 0x10_0000)
        }
      }
      $0.node("soc") {
        $0.property("#address-cells", cells: 1)
        $0.node("deeper") { _ in }
        $0.node("pcie") {
          $0.property("compatible", text: "pci-host-ecam-generic")
          $0.property("reg", cells: 0xE000_0000, 0x1000_0000)
          $0.property("linux,pci-domain", cells: 0x1_0001)
        }
      }
    }
    tree.token(9)
    let (regions, errors) = try read(tree.bytes)
    #expect(
      regions == [
        try ECAMRegion(base: 0x40_0000_0000, buses: 0...1),
        try ECAMRegion(base: 0x1000_0000, buses: 0...0),
        try ECAMRegion(base: 0xE000_0000, segment: 0x1_0001, buses: 0...255),
      ])
    #expect(errors == [])
  }

  @Test func `a window begins with its first bus`() throws {
    let (regions, errors) = try read {
      $0.property("reg", cells: 0xE000_0000, 0x1000_0000)
      $0.property("bus-range", cells: 0x40, 0x7F)
    }
    #expect(regions == [try ECAMRegion(base: 0xDC00_0000, buses: 0x40...0x7F)])
    #expect(errors == [])
  }

  @Test func `a large window without bus-range has 256 buses`() throws {
    let (regions, _) = try read(cells: (2, 2)) {
      $0.property("reg", cells: 1, 0, 0x10, 0)
    }
    #expect(regions == [try ECAMRegion(base: 0x1_0000_0000, buses: 0...255)])
  }

  @Test(
    arguments: [
      ("okay", 1), ("ok", 1), ("disabled", 0), ("okay2", 0), ("", 0),
    ] as [(String, Int)])
  func `only bridges in operation are found`(status: String, count: Int) throws {
    let (regions, errors) = try read {
      $0.property("reg", cells: 0xE000_0000, 0x1000_0000)
      $0.property("status", text: status)
    }
    #expect(regions.count == count)
    #expect(errors == [])
  }

  @Test func `other nodes are no bridges`() throws {
    for compatible in ["pci-host-cam-generic", "pci-host-ecam-generic2", "pci-host-ecam", ""] {
      let (regions, errors) = try read {
        $0.property("compatible", text: compatible)
        $0.property("reg", cells: 0xE000_0000, 0x1000_0000)
      }
      #expect(regions == [] && errors == [])
    }
  }

  @Test func `a bridge that opens no region says why`() throws {
    func expect(
      _ error: DeviceTreeBridgeError, _ register: [UInt32], busRange: [UInt32]? = nil,
      domain: [UInt32]? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let (regions, errors) = try read {
        $0.property("reg", register.flatMap { big(UInt64($0), 4) })
        if let busRange { $0.property("bus-range", busRange.flatMap { big(UInt64($0), 4) }) }
        if let domain { $0.property("linux,pci-domain", domain.flatMap { big(UInt64($0), 4) }) }
      }
      #expect(regions == [], sourceLocation: sourceLocation)
      #expect(errors == [error], sourceLocation: sourceLocation)
    }
    let register: [UInt32] = [0xE000_0000, 0x1000_0000]

    try expect(.register(node: 96, byteCount: 0), [])
    try expect(.register(node: 96, byteCount: 4), [0xE000_0000])
    try expect(.windowSize(node: 96, 0xF_FFFF), [0xE000_0000, 0xF_FFFF])
    try expect(.busRangeLength(node: 96, byteCount: 4), register, busRange: [0])
    try expect(.busRange(node: 96, first: 2, last: 1), register, busRange: [2, 1])
    try expect(.busRange(node: 96, first: 0, last: 256), register, busRange: [0, 256])
    try expect(.windowSize(node: 96, 0x20_0000), [0xE000_0000, 0x20_0000], busRange: [4, 6])
    try expect(
      .belowBus0(node: 96, base: 0x10_0000, firstBus: 2), [0x10_0000, 0x20_0000],
      busRange: [2, 3])
    try expect(.domainLength(node: 96, byteCount: 8), register, domain: [0, 0])
    try expect(.region(node: 96, .misalignedBase(0x10_1000)), [0x10_1000, 0x20_0000])
  }

  @Test(arguments: [(0, 1), (1, 0), (3, 2), (2, 3), (.max, 15)] as [(UInt32, UInt32)])
  func `numbers of other than one or two cells are refused`(
    address: UInt32, size: UInt32
  ) throws {
    let (regions, errors) = try read(cells: (address, size)) {
      $0.property("reg", cells: 0, 0, 0, 0, 0, 0)
    }
    #expect(regions == [])
    #expect(errors == [.cells(node: 96, address: min(address, 15), size: size)])
  }

  @Test func `a header that cannot be is told`() {
    func opening(_ offset: Int, _ value: UInt32) throws {
      var bytes = DeviceTreeBytes.microvm().bytes
      bytes.replaceSubrange(offset..<(offset + 4), with: big(UInt64(value), 4))
      _ = try read(bytes)
    }
    #expect(throws: DeviceTreeError.magic(0xD00D_FEEE)) { try opening(0, 0xD00D_FEEE) }
    #expect(throws: DeviceTreeError.size(39, limit: 1 << 20)) { try opening(4, 39) }
    #expect(throws: DeviceTreeError.size(.max, limit: 1 << 20)) { try opening(4, .max) }
    #expect(throws: DeviceTreeError.version(16, compatible: 16)) { try opening(20, 16) }
    #expect(throws: DeviceTreeError.version(17, compatible: 18)) { try opening(24, 18) }
    #expect(throws: DeviceTreeError.self) { try opening(8, 58) }
    #expect(throws: DeviceTreeError.block(offset: 56, size: .max)) { try opening(36, .max) }
    #expect(throws: DeviceTreeError.self) { try opening(12, .max) }
    #expect(throws: DeviceTreeError.misaligned(4)) {
      try DeviceTreeBridges(at: 4, in: ByteMemory())
    }
    #expect(throws: DeviceTreeError.beyondMemory(.max - 7)) {
      try DeviceTreeBridges(at: .max - 7, in: ByteMemory())
    }
  }

  @Test func `a structure that cannot be is told where it is broken`() {
    func opening(_ body: (inout DeviceTreeBytes) -> Void) throws {
      var tree = DeviceTreeBytes()
      body(&tree)
      _ = try read(tree.bytes)
    }
    #expect(throws: DeviceTreeError.truncated(offset: 56)) { try opening { _ in } }
    #expect(throws: DeviceTreeError.token(offset: 56, 9)) { try opening { $0.token(9) } }
    #expect(throws: DeviceTreeError.token(offset: 56, 2)) { try opening { $0.token(2) } }
    #expect(throws: DeviceTreeError.token(offset: 56, 7)) { try opening { $0.token(7) } }
    #expect(throws: DeviceTreeError.token(offset: 56, 3)) { try opening { $0.property("a", []) } }
    #expect(throws: DeviceTreeError.truncated(offset: 60)) { try opening { $0.token(1) } }
    #expect(throws: DeviceTreeError.truncated(offset: 68)) { try opening { $0.node("") { _ in } } }
    #expect(throws: DeviceTreeError.token(offset: 68, 1)) {
      try opening {
        $0.node("") { _ in }
        $0.node("") { _ in }
      }
    }
    // A property behind a child node.
    #expect(throws: DeviceTreeError.token(offset: 76, 3)) {
      try opening {
        $0.node("") {
          $0.node("") { _ in }
          $0.property("a", [])
        }
      }
    }
    #expect(throws: DeviceTreeError.depth(offset: 312, limit: 32)) {
      try opening { tree in for _ in 0..<33 { tree.token(1); tree.token(0) } }
    }
    #expect(throws: DeviceTreeError.truncated(offset: 64)) {
      try opening {
        $0.token(1); $0.token(0); $0.token(3); $0.token(.max); $0.token(0)
      }
    }
    #expect(throws: DeviceTreeError.propertyName(offset: 64, 2)) {
      try opening {
        $0.token(1); $0.token(0); $0.token(3); $0.token(0); $0.token(2); $0.property("a", [])
      }
    }
  }

  @Test func `a tree that is larger than the limit is refused`() throws {
    let bytes = DeviceTreeBytes.microvm().bytes
    #expect(throws: DeviceTreeError.size(UInt32(bytes.count), limit: 100)) {
      try read(bytes, limit: 100)
    }
    #expect(try read(bytes, limit: UInt32(bytes.count)).regions.count == 1)
  }

  @Test func `damaged trees end in regions or an error, and are not left`() {
    var random = SeededGenerator(seed: 7)
    let good = DeviceTreeBytes.microvm().bytes
    var found = 0
    var refused = 0
    for _ in 0..<20_000 {
      var bytes = good
      for _ in 0...Int.random(in: 0...3, using: &random) {
        let place = Int.random(in: 4..<bytes.count, using: &random)
        bytes[place] =
          [0, 1, 3, 4, 9, 0x7F, 0xFF, .random(in: 0...255, using: &random)]
          .randomElement(using: &random) ?? 0
      }
      // What the size counts must be there: it is the caller's word that the tree lies there.
      bytes.replaceSubrange(4..<8, with: big(UInt64(bytes.count), 4))
      do {
        found += try read(bytes).regions.count
      } catch {
        refused += "\(error)".contains("\n") ? 0 : 1
      }
    }
    #expect(found > 0 && refused > 0)
  }

  @Test func `each error says what was found and what was expected`() {
    let errors: [DeviceTreeError] = [
      .misaligned(4), .magic(0), .size(39, limit: 100), .beyondMemory(8),
      .version(16, compatible: 16), .block(offset: 56, size: 8), .truncated(offset: 56),
      .token(offset: 60, 7), .depth(offset: 64, limit: 32), .propertyName(offset: 68, 2),
    ]
    #expect(
      errors.map { "\($0)" } == [
        "device tree at 0x4: expected a multiple of 8",
        "device tree: magic number 0x0: expected 0xd00dfeed",
        "device tree of 39 bytes: expected 40 to 100",
        "device tree at 0x8: it would end beyond 64-bit addresses",
        "device tree of version 16, compatible with 16: expected 17",
        "device tree: a block of 8 bytes at 0x38: expected it in the tree",
        "device tree, offset 0x38: the structure block ends",
        "device tree, offset 0x3c: token 0x7: it cannot be here",
        "device tree, offset 0x40: expected 32 nodes in each other at most",
        "device tree, offset 0x44: a name at 0x2: expected one in the strings block",
      ])
    let bridgeErrors: [DeviceTreeBridgeError] = [
      .register(node: 64, byteCount: 4), .cells(node: 64, address: 3, size: 2),
      .busRangeLength(node: 64, byteCount: 4), .domainLength(node: 64, byteCount: 8),
      .busRange(node: 64, first: 2, last: 1), .windowSize(node: 64, 0x1000),
      .belowBus0(node: 64, base: 0x10_0000, firstBus: 2),
      .region(node: 64, .misalignedBase(1)),
    ]
    #expect(
      bridgeErrors.map { "\($0)" } == [
        "node at 0x40: reg of 4 bytes: expected an address and a size",
        "node at 0x40: #address-cells 3, #size-cells 2: expected 1 or 2 each",
        "node at 0x40: bus-range of 4 bytes: expected 8",
        "node at 0x40: linux,pci-domain of 8 bytes: expected 4",
        "node at 0x40: bus-range 2 to 1: expected 0 to 255, the first not behind the last",
        "node at 0x40: a window of 0x1000 bytes: expected 0x100000 for each bus",
        "node at 0x40: bus 02 at 0x100000: expected room for the buses before",
        "node at 0x40: ECAM base 0x1: expected a multiple of 1 MiB",
      ])
  }
}
