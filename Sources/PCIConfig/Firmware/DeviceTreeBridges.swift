/// The ECAM host bridges of a flattened device tree, one after the other: nodes compatible with
/// `pci-host-ecam-generic` (Devicetree Specification 0.4, chapter 5).
///
/// Any bytes can be given: a tree that is damaged is an error.
public struct DeviceTreeBridges<Memory: PhysicalMemory<Never>> {
  private let memory: Memory
  private let tree: UInt64
  private let strings: (start: UInt64, end: UInt64)
  private let end: UInt32
  /// The offset of the next token.
  private var offset: UInt32
  /// How many nodes are open, and `#address-cells` and `#size-cells` of each, 0 to 15 in 4 bits.
  private var depth = 0
  private var cells = InlineArray<32, UInt8>(repeating: 0x21)
  /// The node that began last, and whether its properties may still come.
  private var bridge = DeviceTreeBridge(node: 0, parentCells: (2, 1))
  private var hasProperties = false
  private var hasRoot = false

  /// Reads the header (5.2).
  ///
  /// - Parameters:
  ///   - address: The physical address of the tree, a multiple of 8.
  ///   - memory: The memory.
  ///   - limit: The greatest size that is read.
  /// - Throws: ``DeviceTreeError``.
  public init(
    at address: UInt64, in memory: Memory, limit: UInt32 = 1 << 20
  ) throws(DeviceTreeError) {
    func field(_ index: UInt64) -> UInt32 { memory.bigEndian(at: address + 4 * index) }

    guard address % 8 == 0 else { throw .misaligned(address) }
    guard !address.addingReportingOverflow(39).overflow else { throw .beyondMemory(address) }
    guard field(0) == 0xD00D_FEED else { throw .magic(field(0)) }
    let size = field(1)
    guard size >= 40, size <= limit else { throw .size(size, limit: limit) }
    guard !address.addingReportingOverflow(UInt64(size)).overflow else {
      throw .beyondMemory(address)
    }
    guard field(5) >= 17, field(6) <= 17 else {
      throw .version(field(5), compatible: field(6))
    }
    let (structure, structureSize) = (field(2), field(9))
    guard structure % 4 == 0, UInt64(structure) + UInt64(structureSize) <= size else {
      throw .block(offset: structure, size: structureSize)
    }
    guard UInt64(field(3)) + UInt64(field(8)) <= size else {
      throw .block(offset: field(3), size: field(8))
    }
    self.memory = memory
    tree = address
    strings = (address + UInt64(field(3)), address + UInt64(field(3)) + UInt64(field(8)))
    offset = structure
    end = structure + structureSize
  }

  /// The next host bridge; one whose `status` is neither `okay` nor `ok` is passed over.
  ///
  /// - Returns: The bridge; `nil` at the end of the tree.
  /// - Throws: ``DeviceTreeError``.
  public mutating func next() throws(DeviceTreeError) -> DeviceTreeBridge? {
    while true {
      let start = offset
      let token = try doubleword()
      switch token {
      case 1, 2:
        // Properties come before child nodes: here they end.
        if hasProperties, bridge.isCompatible, bridge.isOperational {
          hasProperties = false
          offset = start
          return bridge
        }
        hasProperties = false
        if token == 1 { try beginNode(start) } else { try endNode(start) }
      case 3: try property(start)
      case 4: break
      case 9:
        guard depth == 0, hasRoot else { throw .token(offset: start, token) }
        return nil
      default: throw .token(offset: start, token)
      }
    }
  }

  private mutating func beginNode(_ start: UInt32) throws(DeviceTreeError) {
    guard depth > 0 || !hasRoot else { throw .token(offset: start, 1) }
    guard depth < cells.count else { throw .depth(offset: start, limit: cells.count) }
    // The name: doublewords, of which the last has a zero byte.
    var word: UInt32
    repeat {
      word = try doubleword()
    } while (word &- 0x0101_0101) & ~word & 0x8080_8080 == 0
    let parent = depth > 0 ? cells[depth - 1] : 0x21
    hasProperties = true
    bridge = DeviceTreeBridge(
      node: start, parentCells: (UInt32(parent >> 4), UInt32(parent & 15)))
    // What holds where a node has no such properties (2.3.5).
    cells[depth] = 0x21
    depth += 1
    hasRoot = true
  }

  private mutating func endNode(_ start: UInt32) throws(DeviceTreeError) {
    guard depth > 0 else { throw .token(offset: start, 2) }
    depth -= 1
  }

  private mutating func property(_ start: UInt32) throws(DeviceTreeError) {
    guard hasProperties else { throw .token(offset: start, 3) }
    let count = try doubleword()
    let nameOffset = try doubleword()
    let value: DeviceTreeBridge.Value = (tree + UInt64(offset), count)
    // The sum is less than 2^33: a tree has at most 32 bits of size.
    let next = (UInt64(offset) + UInt64(count) + 3) & ~3
    guard next <= end else { throw .truncated(offset: start) }
    offset = UInt32(next)
    guard nameOffset < strings.end - strings.start else {
      throw .propertyName(offset: start, nameOffset)
    }
    let name = strings.start + UInt64(nameOffset)
    func isNamed(_ text: StaticString) -> Bool { memory.holds(text, at: name, before: strings.end) }

    if isNamed("#address-cells") {
      cells[depth - 1] = cells[depth - 1] & 0x0F | numberOfCells(value) << 4
    } else if isNamed("#size-cells") {
      cells[depth - 1] = cells[depth - 1] & 0xF0 | numberOfCells(value)
    } else if isNamed("compatible") {
      bridge.isCompatible = lists("pci-host-ecam-generic", value)
    } else if isNamed("status") {
      let valueEnd = value.address + UInt64(count)
      bridge.isOperational =
        memory.holds("okay", at: value.address, before: valueEnd)
        || memory.holds("ok", at: value.address, before: valueEnd)
    } else if isNamed("reg") {
      bridge.register = value
    } else if isNamed("bus-range") {
      bridge.busRange = value
    } else if isNamed("linux,pci-domain") {
      bridge.domain = value
    }
  }

  /// The next doubleword of the structure block.
  private mutating func doubleword() throws(DeviceTreeError) -> UInt32 {
    guard end - offset >= 4 else { throw .truncated(offset: offset) }
    defer { offset += 4 }
    return memory.bigEndian(at: tree + UInt64(offset))
  }

  /// A number of cells; 15 stands for those that are greater, 0 for what is no number.
  private func numberOfCells(_ value: DeviceTreeBridge.Value) -> UInt8 {
    value.count == 4 ? UInt8(min(memory.bigEndian(at: value.address), 15)) : 0
  }

  /// Whether a list of strings has a text.
  private func lists(_ text: StaticString, _ value: DeviceTreeBridge.Value) -> Bool {
    let end = value.address + UInt64(value.count)
    var next = value.address
    while next < end {
      if memory.holds(text, at: next, before: end) { return true }
      while next < end, memory.read(address: next, width: .byte) != 0 { next += 1 }
      next += 1
    }
    return false
  }
}
