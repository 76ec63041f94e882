import PCIConfig

extension ConfigurationSpace<MechanismFailure<Never>> {
  /// Reads a register that a check knows to be in reach.
  @inline(never)
  public func read(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth = .doubleword
  ) -> UInt32 {
    do throws(Failure) {
      return try read(ConfigurationAccess(aligned: register, width, of: function))
    } catch {
      panic("a check reads a register that cannot be reached")
    }
  }

  /// Writes a register that a check knows to be in reach.
  @inline(never)
  public func write(
    _ function: FunctionAddress, _ register: Register, _ width: AccessWidth = .doubleword,
    _ value: UInt32
  ) {
    do throws(Failure) {
      try write(ConfigurationAccess(aligned: register, width, of: function), value)
    } catch {
      panic("a check writes a register that cannot be reached")
    }
  }

  /// Whether a function answers.
  @inline(never)
  public func isPresent(_ function: FunctionAddress) -> Bool {
    read(function, .vendorID, .word) != 0xFFFF
  }

  /// Whether a device has more than one function: bit 7 of its function 0's header type.
  @inline(never)
  public func isMultiFunction(_ function: FunctionAddress) -> Bool {
    read(function.sibling(0), .headerType, .byte) >> 7 == 1
  }

  /// The functions of a bus of segment 0.
  @inline(never)
  public func functions(ofBus bus: UInt8) -> [FunctionAddress] {
    do throws(Failure) {
      return try functions(ofBus: bus, inSegment: 0)
    } catch {
      panic("a check lists a bus that cannot be reached")
    }
  }

  /// The capabilities of a function; `nil` where its header has no layout that is known.
  @inline(never)
  public func capabilities(of function: FunctionAddress) -> CapabilityList? {
    let registers = LiveRegisters(of: function, through: self)
    do throws(HeaderError) {
      return CapabilityList(registers, try Header(registers))
    } catch {
      return nil
    }
  }

  /// The PCI Express capability of a function; `nil` where it has none.
  @inline(never)
  public func expressCapability(of function: FunctionAddress) -> Capability? {
    guard let list = capabilities(of: function) else { return nil }
    return list.capabilities.first { $0.id == .express }
  }

  /// What a function that is absent returns: its first doubleword read by doubleword, word and
  /// byte, where a zero bit in any of them shows.
  @inline(never)
  public func absence(of function: FunctionAddress) -> UInt32 {
    read(function, .vendorID, .doubleword)
      & (0xFFFF_0000 | read(function, .vendorID, .word))
      & (0xFFFF_FF00 | read(function, .vendorID, .byte))
  }

  /// The first device number of a bus where no device answers.
  @inline(never)
  public func absentDevice(ofBus bus: UInt8) -> FunctionAddress? {
    for device in UInt16(0)..<32 {
      let function = FunctionAddress(routingID: UInt16(bus) << 8 | device << 3)
      if !isPresent(function) { return function }
    }
    return nil
  }
}
