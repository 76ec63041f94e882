/// An address space with its devices: fixed ones first, then whatever a decoder finds.
///
/// What no device claims reads as all ones; writes to it are dropped.
public struct Bus {
  /// Which address space this is.
  public let space: AddressSpace
  private var mappings: [BusMapping] = []
  private let decoder: (any AddressDecoder)?
  private let mutation: Mutation?
  private let former: FormerAccess?

  /// Creates a bus without fixed devices.
  ///
  /// - Parameters:
  ///   - space: Which address space this is.
  ///   - decoder: Who is asked for addresses at which no fixed device is.
  ///   - mutation: What is wrong on purpose.
  public init(
    _ space: AddressSpace, decoder: (any AddressDecoder)? = nil, mutation: Mutation? = nil
  ) {
    self.space = space
    self.decoder = decoder
    self.mutation = mutation
    former = mutation == .unclaimedStale ? FormerAccess() : nil
  }

  /// Puts a device at a range of addresses.
  ///
  /// - Parameters:
  ///   - device: The device.
  ///   - addresses: The first and the last address.
  /// - Throws: ``BusError/overlap(_:_:)`` where another device has one of them already.
  public mutating func add(
    _ device: any Device, at addresses: ClosedRange<UInt64>
  ) throws(BusError) {
    let index = firstIndex(endingAtOrAfter: addresses.lowerBound)
    if index < mappings.count && mappings[index].addresses.overlaps(addresses) {
      throw .overlap(addresses, mappings[index].addresses)
    }
    mappings.insert(BusMapping(addresses: addresses, device: device), at: index)
  }

  /// Reads.
  ///
  /// - Parameters:
  ///   - address: The address of the first byte. Bytes beyond the last address there is are
  ///     unclaimed.
  ///   - size: The number of bytes, 1 to 8.
  /// - Returns: The value, little-endian, zero-extended.
  public func read(at address: UInt64, size: Int) -> UInt64 {
    var value: UInt64 = 0
    forEachPiece(of: address, size: size) { device, offset, position, size in
      let ones = UInt64.max >> (64 - 8 * UInt64(size))
      let piece = device?.read(at: offset, size: size) ?? unclaimed(at: position)
      value |= (piece & ones) << (8 * UInt64(position))
    }
    former?.value = value
    return value
  }

  /// Writes.
  ///
  /// - Parameters:
  ///   - value: The value, little-endian; bits beyond the size are ignored.
  ///   - address: The address of the first byte. Bytes beyond the last address there is are
  ///     dropped.
  ///   - size: The number of bytes, 1 to 8.
  public func write(_ value: UInt64, at address: UInt64, size: Int) {
    former?.value = value
    forEachPiece(of: address, size: size) { device, offset, position, size in
      let ones = UInt64.max >> (64 - 8 * UInt64(size))
      _ = device?.write(value >> (8 * UInt64(position)) & ones, at: offset, size: size)
    }
  }

  /// What is read where nobody answers.
  private func unclaimed(at position: Int) -> UInt64 {
    if let former { return former.value >> (8 * UInt64(position)) }
    return mutation == .unclaimedZero ? 0 : .max
  }

  /// Who answers at an address at this moment.
  func device(at address: UInt64) -> (any Device)? { mapping(at: address)?.device }

  /// Cuts an access where the devices end and at multiples of their data paths' width.
  ///
  /// Who answers is looked up once for all pieces that go to one device: a write that moves the
  /// device still goes there as a whole.
  private func forEachPiece(
    of address: UInt64, size: Int,
    _ body: (_ device: (any Device)?, _ offset: UInt64, _ position: Int, _ size: Int) -> Void
  ) {
    precondition(1...8 ~= size, "an access of \(size) bytes: expected 1 to 8")
    var position = 0
    while position < size {
      let (start, overflow) = address.addingReportingOverflow(UInt64(position))
      guard !overflow, let mapping = mapping(at: start) else {
        body(nil, 0, position, 1)
        position += 1
        continue
      }
      let width = UInt64(mapping.device.dataPathWidth)
      let beyond = mapping.addresses.upperBound - start
      let end = position + Int(min(UInt64(size - position - 1), beyond)) + 1
      var offset = mapping.offset + (start - mapping.addresses.lowerBound)
      while position < end {
        let piece = min(end - position, Int(width - offset % width))
        body(mapping.device, offset, position, piece)
        offset += UInt64(piece)
        position += piece
      }
    }
  }

  private func mapping(at address: UInt64) -> BusMapping? {
    let index = firstIndex(endingAtOrAfter: address)
    if index < mappings.count && mappings[index].addresses.contains(address) {
      return mappings[index]
    }
    return decoder?.mapping(at: address, in: space)
  }

  private func firstIndex(endingAtOrAfter address: UInt64) -> Int {
    var low = 0
    var high = mappings.count
    while low < high {
      let middle = (low + high) / 2
      if mappings[middle].addresses.upperBound < address { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The bytes of the access before, where a mutation shows them again.
private final class FormerAccess {
  var value: UInt64 = 0
}
