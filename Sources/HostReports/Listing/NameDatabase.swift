/// Names of vendors, devices, boards and classes: the contents of a file `pci.ids` (pci.ids(5)).
///
/// Any bytes may be given; lines of another form than the file's count for nothing.
public struct NameDatabase: Sendable {
  private let bytes: [UInt8]
  private var vendors: [Int: Range<Int>] = [:]
  private var classes: [Int: Range<Int>] = [:]
  private var boards: [Int: Range<Int>] = [:]

  /// Indexes the file.
  ///
  /// - Parameter bytes: Its contents.
  public init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var start: Int?
    var position = 0
    while position < bytes.count {
      let next = lineEnd(position) + 1
      switch bytes[position] {
      case UInt8(ascii: "\t"), UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break
      default:
        if let start { note(start..<position) }
        start = position
      }
      position = next
    }
    if let start { note(start..<bytes.count) }
  }

  /// The name of a vendor.
  public func vendor(_ id: UInt16) -> String? {
    vendors[Int(id)].flatMap { name(at: $0.lowerBound + 4) }
  }

  /// The name of a device.
  ///
  /// - Parameters:
  ///   - id: The device.
  ///   - vendor: Its vendor.
  public func device(_ id: UInt16, of vendor: UInt16) -> String? {
    vendors[Int(vendor)].flatMap { entry([id], digits: 4, depth: 1, in: $0)?.name }
  }

  /// The name of a board with a device.
  ///
  /// - Parameters:
  ///   - id: The board.
  ///   - boardVendor: Its vendor.
  ///   - device: The device.
  ///   - vendor: The device's vendor.
  public func subsystem(
    _ id: UInt16, by boardVendor: UInt16, on device: UInt16, of vendor: UInt16
  ) -> String? {
    if let block = vendors[Int(vendor)],
      let lines = entry([device], digits: 4, depth: 1, in: block)?.lines,
      let board = entry([boardVendor, id], digits: 4, depth: 2, in: lines)
    {
      return board.name
    }
    if let block = boards[Int(boardVendor)],
      let board = entry([id], digits: 4, depth: 1, in: block)
    {
      return board.name
    }
    return id == device && boardVendor == vendor ? self.device(id, of: vendor) : nil
  }

  /// The name of a base class.
  public func baseClass(_ base: UInt8) -> String? {
    classes[Int(base)].flatMap { name(at: $0.lowerBound + 4) }
  }

  /// The name of a class.
  ///
  /// - Parameters:
  ///   - sub: The class.
  ///   - base: Its base class.
  public func subclass(_ sub: UInt8, of base: UInt8) -> String? {
    classes[Int(base)].flatMap { entry([UInt16(sub)], digits: 2, depth: 1, in: $0)?.name }
  }

  /// The name of a programming interface.
  ///
  /// - Parameters:
  ///   - interface: The interface.
  ///   - sub: Its class.
  ///   - base: The base class.
  public func interface(_ interface: UInt8, of sub: UInt8, _ base: UInt8) -> String? {
    guard let block = classes[Int(base)],
      let lines = entry([UInt16(sub)], digits: 2, depth: 1, in: block)?.lines
    else { return nil }
    return entry([UInt16(interface)], digits: 2, depth: 2, in: lines)?.name
  }

  /// Notes a block: a line that is not indented and those up to the next one.
  private mutating func note(_ block: Range<Int>) {
    let start = block.lowerBound
    if let vendor = number(at: start, digits: 4), isBlank(at: start + 4) {
      vendors[vendor] = vendors[vendor] ?? block
    } else if isBlank(at: start + 1) {
      switch bytes[start] {
      case UInt8(ascii: "C"):
        guard let base = number(at: start + 2, digits: 2), isBlank(at: start + 4) else { return }
        classes[base] = classes[base] ?? block
      case UInt8(ascii: "S"):
        guard let vendor = number(at: start + 2, digits: 4) else { return }
        boards[vendor] = boards[vendor] ?? block
      default: return
      }
    }
  }

  /// Looks for a line with numbers in a block.
  ///
  /// - Parameters:
  ///   - ids: The numbers, a blank between them.
  ///   - digits: How many digits each has.
  ///   - depth: How far the line is indented.
  ///   - block: The block; its first line is passed over.
  /// - Returns: The name, and the block of the line.
  private func entry(
    _ ids: [UInt16], digits: Int, depth: Int, in block: Range<Int>
  ) -> (name: String, lines: Range<Int>)? {
    var position = lineEnd(block.lowerBound) + 1
    var found: (name: String, start: Int)?
    while position < block.upperBound {
      let indentation = self.indentation(at: position)
      if let found, indentation <= depth, !isEmptyOrComment(at: position) {
        return (found.name, found.start..<position)
      }
      if found == nil && indentation == depth,
        let name = name(at: position + depth, after: ids, digits: digits)
      {
        found = (name, position)
      }
      position = lineEnd(position) + 1
    }
    return found.map { ($0.name, $0.start..<block.upperBound) }
  }

  private func name(at position: Int, after ids: [UInt16], digits: Int) -> String? {
    var position = position
    for id in ids {
      guard number(at: position, digits: digits) == Int(id), isBlank(at: position + digits) else {
        return nil
      }
      position += digits + 1
    }
    return name(at: position - 1)
  }

  /// The text from a position to the end of its line, without blanks around it.
  private func name(at position: Int) -> String? {
    var start = position
    var end = min(lineEnd(position), bytes.count)
    while start < end, isBlank(at: start) { start += 1 }
    while end > start, isBlank(at: end - 1) || bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : nil
  }

  /// The line feed that ends the line of a position, or the end of the file.
  private func lineEnd(_ position: Int) -> Int {
    var position = position
    while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
    return position
  }

  private func indentation(at position: Int) -> Int {
    var depth = 0
    while position + depth < bytes.count, bytes[position + depth] == UInt8(ascii: "\t") {
      depth += 1
    }
    return depth
  }

  private func isBlank(at position: Int) -> Bool {
    guard position < bytes.count else { return false }
    return bytes[position] == UInt8(ascii: " ") || bytes[position] == UInt8(ascii: "\t")
  }

  private func isEmptyOrComment(at position: Int) -> Bool {
    switch bytes[position] {
    case UInt8(ascii: "#"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
    default: false
    }
  }

  private func number(at position: Int, digits: Int) -> Int? {
    guard position + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<(position + digits)] {
      guard let digit = byte.hexadecimalDigit else { return nil }
      value = value << 4 | Int(digit)
    }
    return value
  }
}
