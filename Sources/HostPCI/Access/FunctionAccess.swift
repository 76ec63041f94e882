import PCIConfig

/// One function's registers in the mode that was chosen.
enum FunctionAccess: Sendable {
  /// The kernel's files.
  case files(KernelRegisters)
  /// The ports of this machine.
  case mechanism1(FunctionAddress)
  /// The memory of this machine.
  case ecam(FunctionAddress, ECAMRegion)
  /// What a record holds of a mode past the kernel's files.
  case recorded(AccessMode, [Register: UInt32])

  /// What a record holds; at least one register.
  static func record(
    _ mode: AccessMode, _ registers: Fact<[Register: UInt32]>
  ) throws(AccessFailure) -> FunctionAccess {
    switch registers {
    case .known(let registers): return .recorded(mode, registers)
    case .absent(let cause): throw .absent(cause)
    case .failed(let failure): throw .system(failure)
    }
  }

  /// Reads a register with one access of its width.
  ///
  /// - Parameters:
  ///   - register: A multiple of the width.
  ///   - width: The width.
  /// - Returns: The value, and the mode that served it.
  func read(
    _ register: Register, _ width: AccessWidth
  ) throws(AccessFailure) -> (value: UInt32, mode: AccessMode) {
    switch self {
    case .files(let registers):
      do {
        return try registers.read(register, width)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let function):
      let access = try Self.mechanism1(function, register, width)
      return (try LiveMechanism1.read([access])[0], .mechanism1)
    case .ecam(let function, let region):
      let page = try PhysicalPage(of: function, in: region)
      do {
        return (try page.read(register, width), .ecam)
      } catch {
        throw .system(error)
      }
    case .recorded(let mode, let registers):
      guard let value = registers[Register(integerLiteral: register.offset & ~3)] else {
        throw .absent("the record does not hold the answer")
      }
      let shift = UInt32(register.offset & 3) * 8
      return (value >> shift & width.allOnes, mode)
    }
  }

  /// Writes a register of the live machine with one access of its width.
  ///
  /// - Returns: The mode that served it.
  func write(
    _ register: Register, _ width: AccessWidth, _ value: UInt32
  ) throws(AccessFailure) -> AccessMode {
    switch self {
    case .files(let registers):
      do {
        return try registers.write(register, width, value)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let function):
      try LiveMechanism1.write(Self.mechanism1(function, register, width), value)
      return .mechanism1
    case .ecam(let function, let region):
      let page = try PhysicalPage(of: function, in: region, isWritable: true)
      do {
        try page.write(register, width, value)
      } catch {
        throw .system(error)
      }
      return .ecam
    case .recorded: preconditionFailure("a record is not written")
    }
  }

  /// Reads the registers from the first on, as many as there are.
  ///
  /// - Parameter limit: The greatest number of bytes, a multiple of 4.
  /// - Returns: The bytes, and the mode that served them.
  func bytes(limit: Int) throws(AccessFailure) -> (bytes: [UInt8], mode: AccessMode) {
    switch self {
    case .files(let registers):
      do {
        return try registers.bytes(limit: limit)
      } catch {
        throw .system(error)
      }
    case .mechanism1(let function):
      var accesses: [Mechanism1Access] = []
      for offset in stride(from: 0, to: min(limit, 256), by: 4) {
        let register = Register(integerLiteral: UInt16(offset))
        accesses.append(try Self.mechanism1(function, register, .doubleword))
      }
      return (Self.bytes(try LiveMechanism1.read(accesses)), .mechanism1)
    case .ecam(let function, let region):
      let page = try PhysicalPage(of: function, in: region)
      do {
        let conventional = Self.bytes(try page.doublewords(count: min(limit, 256) / 4))
        guard limit > 256, ConfigurationImage(conventional).mayHaveExtendedRegisters else {
          return (conventional, .ecam)
        }
        let all = try page.doublewords(count: min(limit, 4096) / 4)
        return (all[64] == .max ? conventional : Self.bytes(all), .ecam)
      } catch {
        throw .system(error)
      }
    case .recorded(let mode, let registers):
      var values: [UInt32] = []
      while values.count < limit / 4,
        let value = registers[Register(integerLiteral: UInt16(values.count * 4))]
      {
        values.append(value)
      }
      guard !values.isEmpty else { throw .absent("the record does not hold the answer") }
      return (Self.bytes(values), mode)
    }
  }

  private static func bytes(_ doublewords: [UInt32]) -> [UInt8] {
    doublewords.flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32($0 * 8)) }
    }
  }

  private static func mechanism1(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth
  ) throws(AccessFailure) -> Mechanism1Access {
    do {
      return try Mechanism1Access(ConfigurationAccess(aligned: register, width, of: function))
    } catch {
      throw .unreachable(error)
    }
  }
}

extension ConfigurationImage {
  /// Whether extended registers may follow: of a function with Express, or of a host bridge, which
  /// has them without (Linux, `pci_cfg_space_size`).
  fileprivate var mayHaveExtendedRegisters: Bool {
    // A virtual function returns all ones for its vendor and device ID alone.
    let identified = ConfigurationImage([0, 0, 0, 0] + bytes.dropFirst(4))
    guard let header = try? Header(identified) else { return false }
    return header.classCode.base == 0x06 && header.classCode.sub == 0x00
      || CapabilityList(identified, header).capabilities.contains { $0.id == .express }
  }
}
