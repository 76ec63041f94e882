import PCIConfig

/// The capabilities of a function, decoded, and the bytes of each.
package struct FunctionCapabilities {
  /// A capability of either list.
  package struct Entry<Value> {
    package let value: Value
    package let contents: CapabilityContents
    /// Its bytes.
    package let bytes: [UInt8]
    /// Whether its length is known; if not, ``bytes`` may reach beyond it.
    package let isLengthKnown: Bool
  }

  /// Those below 256.
  package let conventional: [Entry<Capability>]
  /// Why there are no more.
  package let conventionalEnd: CapabilityListEnd
  /// Those from 256 up.
  package let extended: [Entry<ExtendedCapability>]
  /// Why there are no more; `nil` where the function can have none.
  package let extendedEnd: CapabilityListEnd?

  /// How many bytes are shown of a capability whose length is not known.
  static let greatestUnknownLength = 64

  /// Follows the lists. Of registers behind the header only those are read that are in the lists.
  ///
  /// - Parameters:
  ///   - registers: The function's registers.
  ///   - header: Its header.
  package init(_ registers: some FunctionRegisters, _ header: Header) {
    let list = CapabilityList(registers, header)
    let express = list.capabilities.first { $0.id == .express }
    let reachesExtended = express != nil && registers.doubleword(at: 0x100) != nil
    let extendedList = reachesExtended ? ExtendedCapabilityList(registers) : nil
    let expressValue = express.flatMap { ExpressCapability(registers, at: $0.register) }
    let starts =
      (list.capabilities.map(\.register) + (extendedList?.capabilities.map(\.register) ?? []))
      .sorted()

    func bytes(
      from register: Register, _ count: Int?, before windowOffset: Int? = nil
    ) -> [UInt8] {
      let limit = register.isExtended ? 4096 : 256
      let next = starts.first { $0 > register }.map { Int($0.offset) } ?? limit
      let count = min(count ?? Self.greatestUnknownLength, windowOffset ?? .max)
      let end = min(Int(register.offset) + count, next, limit)
      return registers.bytes(from: register, to: end)
    }

    conventional = list.capabilities.map { capability in
      let contents = CapabilityContents(registers, header, capability)
      let count = capability.byteCount(registers, header.layout)
      return Entry(
        value: capability, contents: contents,
        bytes: bytes(from: capability.register, count, before: contents.windowOffset),
        isLengthKnown: count != nil)
    }
    conventionalEnd = list.end
    extended = (extendedList?.capabilities ?? []).map { capability in
      let contents = CapabilityContents(
        registers, capability, isRoot: expressValue?.kind.isRoot ?? false)
      let count = capability.byteCount(registers, expressValue)
      return Entry(
        value: capability, contents: contents, bytes: bytes(from: capability.register, count),
        isLengthKnown: count != nil)
    }
    extendedEnd = extendedList?.end
  }
}

extension FunctionRegisters {
  /// The bytes from a register, a multiple of 4, up to another, as far as these registers reach.
  fileprivate func bytes(from register: Register, to end: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    for offset in stride(from: Int(register.offset), to: end, by: 4) {
      guard let value = doubleword(at: UInt16(offset)) else { break }
      bytes += (0..<min(4, end - offset)).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    }
    return bytes
  }
}
