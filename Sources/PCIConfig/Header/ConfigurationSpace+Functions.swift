extension ConfigurationSpace {
  /// Lists the functions of a bus (PCI Local Bus Specification 3.0, 3.2.2.3.4 and 6.1): a device by
  /// the vendor ID of its function 0, functions 1 to 7 of a multi-function device by theirs.
  ///
  /// A function whose first doubleword reads zero is absent, as Linux has it: broken boards return
  /// that.
  ///
  /// - Parameters:
  ///   - bus: The bus.
  ///   - segment: The segment group, 32 bits.
  /// - Returns: The functions, ascending.
  /// - Throws: `Failure`.
  public func functions(
    ofBus bus: UInt8, inSegment segment: UInt32
  ) throws(Failure) -> [FunctionAddress] {
    var found = FunctionSet()
    for device in UInt16(0)..<32 {
      let first = FunctionAddress(segment: segment, routingID: UInt16(bus) << 8 | device << 3)
      guard try isPresent(first) else { continue }
      let isMultiFunction = try value(.headerType, .byte, of: first) >> 7 == 1
      found.insert(first)
      var number: UInt8 = 1
      while isMultiFunction && number < 8 {
        let function = first.sibling(number)
        if try isPresent(function) { found.insert(function) }
        number += 1
      }
    }
    return found.functions
  }

  /// Lists the functions of all buses that are reached from bus 0: the secondary buses of bridges to
  /// PCI and CardBus, as they are numbered now. Each bus is read once.
  ///
  /// - Parameter segment: The segment group, 32 bits.
  /// - Returns: The functions, ascending.
  /// - Throws: `Failure`.
  public func functions(inSegment segment: UInt32) throws(Failure) -> [FunctionAddress] {
    var found = FunctionSet()
    // Function 0 of device 0 stands for its bus.
    var buses = [FunctionAddress(segment: segment, routingID: 0)]
    var index = 0
    while index < buses.count {
      for function in try functions(ofBus: buses[index].bus, inSegment: segment) {
        found.insert(function)
        switch HeaderLayout(headerType: UInt8(try value(.headerType, .byte, of: function))) {
        case .bridge, .cardBus:
          // Both layouts have the secondary bus number here.
          let secondary = UInt16(try value(0x19, .byte, of: function))
          let bus = FunctionAddress(segment: segment, routingID: secondary << 8)
          if !buses.contains(bus) { buses.append(bus) }
        case .device, .undefined: break
        }
      }
      index += 1
    }
    return found.functions
  }

  @inline(never)
  private func isPresent(_ function: FunctionAddress) throws(Failure) -> Bool {
    let value = try value(.vendorID, .doubleword, of: function)
    return value & 0xFFFF != 0xFFFF && value != 0
  }

  /// Returns a register, zero-extended.
  @inline(never)
  private func value(
    _ register: Register, _ width: AccessWidth, of function: FunctionAddress
  ) throws(Failure) -> UInt32 {
    try read(ConfigurationAccess(aligned: register, width, of: function)) & width.allOnes
  }
}
