/// Why bytes are no flattened device tree. Offsets count from the beginning of the tree.
public enum DeviceTreeError: Error, Equatable, Sendable {
  /// An address that is not a multiple of 8.
  case misaligned(UInt64)
  /// Another number than 0xD00DFEED at the beginning.
  case magic(UInt32)
  /// A size less than that of the header or more than the limit.
  case size(UInt32, limit: UInt32)
  /// A tree that would end beyond 64-bit addresses.
  case beyondMemory(UInt64)
  /// A format that is not that of version 17.
  case version(UInt32, compatible: UInt32)
  /// A structure or strings block that does not lie in the tree, or is not aligned.
  case block(offset: UInt32, size: UInt32)
  /// A structure block that ends within a token.
  case truncated(offset: UInt32)
  /// A token that cannot be at this place.
  case token(offset: UInt32, UInt32)
  /// A node below more nodes than are kept count of.
  case depth(offset: UInt32, limit: Int)
  /// A property whose name does not begin in the strings block.
  case propertyName(offset: UInt32, UInt32)
}

extension DeviceTreeError: CustomStringConvertible {
  /// What was found and what was expected, in one line.
  public var description: String {
    switch self {
    case .misaligned(let address): "device tree at \(hex(address)): expected a multiple of 8"
    case .magic(let magic): "device tree: magic number \(hex(magic)): expected 0xd00dfeed"
    case .size(let size, let limit): "device tree of \(size) bytes: expected 40 to \(limit)"
    case .beyondMemory(let address):
      "device tree at \(hex(address)): it would end beyond 64-bit addresses"
    case .version(let version, let compatible):
      "device tree of version \(version), compatible with \(compatible): expected 17"
    case .block(let offset, let size):
      "device tree: a block of \(size) bytes at \(hex(offset)): expected it in the tree"
    case .truncated(let offset): at(offset) + "the structure block ends"
    case .token(let offset, let token): at(offset) + "token \(hex(token)): it cannot be here"
    case .depth(let offset, let limit): at(offset) + "expected \(limit) nodes in each other at most"
    case .propertyName(let offset, let name):
      at(offset) + "a name at \(hex(name)): expected one in the strings block"
    }
  }

  private func at(_ offset: UInt32) -> String { "device tree, offset \(hex(offset)): " }

  private func hex(_ value: some BinaryInteger) -> String { "0x" + hexadecimal(value, digits: 1) }
}
