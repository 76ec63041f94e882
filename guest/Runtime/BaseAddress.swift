import PCIConfig

/// A base address register of a header of type 0, as its bits say
/// (PCI Local Bus Specification 3.0, 6.2.5.1).
public struct BaseAddress: Sendable {
  /// The function.
  public let function: FunctionAddress
  /// The register, of a 64-bit pair the lower one.
  public let register: Register
  /// What the register returns after all ones were written: zeros where the address bits are
  /// fixed, and the kind in the low bits.
  public let mask: UInt32

  /// Whether the range is I/O.
  public var isIO: Bool { mask & 1 == 1 }

  /// Whether the register and the next one hold one 64-bit address.
  public var is64Bit: Bool { mask & 7 == 4 }

  /// The next register.
  public var upper: Register { sequence(register, 4) }

  /// Whether the writable bits reach without a gap from some bit up to the top, and no bit that
  /// must be zero is set.
  public var isWellFormed: Bool {
    if isIO {
      // An I/O register may leave bits 31:16 at zero.
      let size = mask & 0xFFFC
      return mask & 2 == 0 && size != 0 && (size | 0xFFFF_0000).isUnbrokenMask
        && (mask >> 16 == 0 || mask >> 16 == 0xFFFF)
    }
    return mask & 6 != 6 && (is64Bit && mask & ~15 == 0 || (mask & ~15).isUnbrokenMask)
  }
}

extension FixedWidthInteger {
  /// Whether some bits are set, and they reach without a gap up to the highest one.
  public var isUnbrokenMask: Bool { self != 0 && ~self & (~self &+ 1) == 0 }
}

/// The register that lies so many bytes behind another.
@inline(never)
public func sequence(_ register: Register, _ distance: UInt16) -> Register {
  do {
    return try Register(register.offset + distance)
  } catch {
    panic("a check leaves configuration space")
  }
}

extension ConfigurationSpace<MechanismFailure<Never>> {
  /// Sizes a register: writes all ones, reads, and restores it. The function does not decode
  /// meanwhile.
  @inline(never)
  public func size(
    _ function: FunctionAddress, _ register: Register, writing ones: UInt32 = .max
  ) -> UInt32 {
    withoutDecoding(function) {
      let before = read(function, register)
      write(function, register, .doubleword, ones)
      defer { write(function, register, .doubleword, before) }
      return read(function, register)
    }
  }

  /// Switches a function's I/O and memory ranges off while something is done.
  @inline(never)
  public func withoutDecoding<Result>(
    _ function: FunctionAddress, _ body: () -> Result
  ) -> Result {
    let command = read(function, .command, .word)
    write(function, .command, .word, command & ~3)
    defer { write(function, .command, .word, command) }
    return body()
  }

  /// The base address registers of a function with a header of type 0 that are implemented.
  @inline(never)
  public func baseAddresses(of function: FunctionAddress) -> [BaseAddress] {
    guard read(function, .headerType, .byte) & 0x7F == 0 else { return [] }
    var found: [BaseAddress] = []
    var index: UInt16 = 0
    while index < 6 {
      let register = sequence(.baseAddress0, index * 4)
      let address = BaseAddress(
        function: function, register: register, mask: size(function, register))
      if address.mask != 0 { found.append(address) }
      index += address.is64Bit ? 2 : 1
    }
    return found
  }
}
