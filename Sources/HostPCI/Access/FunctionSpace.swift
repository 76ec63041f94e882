import LinuxHost
import PCIConfig

/// One function's registers in the access mode that was chosen.
package struct FunctionSpace: Sendable {
  /// The configuration space.
  package let space: HostSpace
  /// The function.
  package let function: FunctionAddress
  /// Why registers from 0x100 up are not accessed, although those below are; or `nil`.
  var extendedFailure: AccessFailure?
  /// Whether a recording may lack any of the registers.
  var isSparse = false

  /// Creates the registers of a function in a space.
  package init(_ function: FunctionAddress, in space: HostSpace) {
    self.function = function
    self.space = space
  }

  /// Reads a register with one access of its width.
  ///
  /// - Parameters:
  ///   - register: A multiple of the width.
  ///   - width: The width.
  /// - Returns: The value, and the mode that served it; `nil` for a dump.
  func read(
    _ register: Register, _ width: AccessWidth
  ) throws(AccessFailure) -> HostSpace.Served<UInt32> {
    if register.isExtended, let extendedFailure { throw extendedFailure }
    return try space.serve(ConfigurationAccess(aligned: register, width, of: function))
  }

  /// Writes a register of the live machine with one access of its width.
  ///
  /// - Returns: The mode that served it.
  func write(
    _ register: Register, _ width: AccessWidth, _ value: UInt32
  ) throws(AccessFailure) -> AccessMode? {
    if register.isExtended, let extendedFailure { throw extendedFailure }
    return try space.serve(
      ConfigurationAccess(aligned: register, width, of: function), writing: value)
  }

  /// Registers from the first on, and which modes served them.
  struct Block {
    /// The bytes.
    var bytes: [UInt8]
    /// The mode that served registers below 0x100; `nil` for a dump.
    var mode: AccessMode?
    /// The mode that served registers from 0x100 up; `nil` where there are none, and for a dump.
    var extendedMode: AccessMode?
    /// Why registers from 0x100 up were not read, although there may be some; or `nil`.
    var extendedFailure: AccessFailure?
  }

  /// Reads the registers from the first on, as many as there are.
  ///
  /// - Parameter limit: The greatest number of bytes, a multiple of 4.
  func block(limit: Int) throws(AccessFailure) -> Block {
    switch space {
    case .files(let files):
      do {
        let served = try files.bytes(of: function, count: limit)
        return Block(
          bytes: served.value, mode: served.mode,
          extendedMode: served.value.count > 256 ? served.mode : nil)
      } catch {
        throw error.accessFailure
      }
    case .dump(let dump): return Block(bytes: Array(dump.bytes(of: function).prefix(limit)))
    case .mechanism1, .ecam, .recorded, .selected: return try rawBlock(limit: limit)
    }
  }

  /// Reads registers past the kernel: those from 0x100 up only of a function that may have them.
  private func rawBlock(limit: Int) throws(AccessFailure) -> Block {
    var block = Block(
      bytes: Self.bytes(
        try space.doublewords(of: function, from: 0x00, count: min(limit, 256) / 4)),
      mode: space.mode(serving: function, 0x00))
    guard limit > 256, block.bytes.count == 256,
      ConfigurationImage(block.bytes).mayHaveExtendedRegisters
    else { return block }
    if let extendedFailure {
      block.extendedFailure = extendedFailure
      return block
    }
    let extended: [UInt32]
    do {
      extended = try space.doublewords(of: function, from: 0x100, count: (limit - 256) / 4)
    } catch {
      // Mechanism 1 ends here, a recording may, and a policy may refuse the rest.
      switch error {
      case .unreachable, .absent, .refused: break
      default: block.extendedFailure = error
      }
      return block
    }
    // All ones at 0x100: the bus does not carry these registers (Linux, `pci_cfg_space_size_ext`).
    guard extended.first != .max else { return block }
    block.bytes += Self.bytes(extended)
    block.extendedMode = space.mode(serving: function, 0x100)
    return block
  }

  /// Reads consecutive doublewords, by register; those that a recording lacks are left out.
  ///
  /// - Parameters:
  ///   - first: The first register.
  ///   - count: The greatest number of doublewords.
  func registers(
    from first: Register = 0x00, count: Int
  ) throws(AccessFailure) -> [Register: UInt32] {
    if isSparse { return try recordedRegisters(from: first, count: count) }
    let values = try space.doublewords(of: function, from: first, count: count)
    var registers = [Register: UInt32](minimumCapacity: values.count)
    for (index, value) in values.enumerated() {
      registers[Register(integerLiteral: first.offset + UInt16(index * 4))] = value
    }
    return registers
  }

  private func recordedRegisters(
    from first: Register, count: Int
  ) throws(AccessFailure) -> [Register: UInt32] {
    var registers: [Register: UInt32] = [:]
    var failure: AccessFailure?
    for index in 0..<min(count, (4096 - Int(first.offset)) / 4) {
      let register = Register(integerLiteral: first.offset + UInt16(index * 4))
      do {
        registers[register] = try read(register, .doubleword).value
      } catch {
        failure = failure ?? error
      }
    }
    if registers.isEmpty, let failure { throw failure }
    return registers
  }

  private static func bytes(_ doublewords: [UInt32]) -> [UInt8] {
    doublewords.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    }
  }
}

/// The registers as they are now, for what must be looked up in them.
extension FunctionSpace: FunctionRegisters {
  /// Reads a doubleword; `nil` where it cannot be read.
  package func doubleword(at offset: UInt16) -> UInt32? {
    try? read(Register(integerLiteral: offset), .doubleword).value
  }
}

extension ConfigurationImage {
  /// Whether extended registers may follow: of a function with Express, or of a host bridge, which
  /// has them without (Linux, `pci_cfg_space_size`).
  fileprivate var mayHaveExtendedRegisters: Bool {
    let identified = IdentifiedRegisters(self, identification: 0)
    guard let header = try? Header(identified) else { return false }
    return header.classCode.base == 0x06 && header.classCode.sub == 0x00
      || CapabilityList(identified, header).capabilities.contains { $0.id == .express }
  }
}
