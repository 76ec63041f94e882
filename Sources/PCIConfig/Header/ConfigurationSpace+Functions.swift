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
    var found: [FunctionAddress] = []
    for device in UInt16(0)..<32 {
      let first = FunctionAddress(segment: segment, routingID: UInt16(bus) << 8 | device << 3)
      guard try isPresent(first) else { continue }
      found.append(first)
      guard try value(.headerType, .byte, of: first) >> 7 == 1 else { continue }
      for number in UInt8(1)..<8 where try isPresent(first.sibling(number)) {
        found.append(first.sibling(number))
      }
    }
    return found
  }

  /// Lists the functions of all buses that are reached from bus 0: the secondary buses of bridges to
  /// PCI and CardBus, as they are numbered now. Each bus is read once.
  ///
  /// - Parameter segment: The segment group, 32 bits.
  /// - Returns: The functions, ascending.
  /// - Throws: `Failure`.
  public func functions(inSegment segment: UInt32) throws(Failure) -> [FunctionAddress] {
    var found = FunctionSet()
    var isKnown = InlineArray<256, Bool>(repeating: false)
    var isListed = isKnown
    isKnown[0] = true
    while let bus = isKnown.indices.first(where: { isKnown[$0] && !isListed[$0] }) {
      isListed[bus] = true
      for function in try functions(ofBus: UInt8(bus), inSegment: segment) {
        found.insert(function)
        switch HeaderLayout(headerType: UInt8(try value(.headerType, .byte, of: function))) {
        case .bridge, .cardBus:
          // Both layouts have the secondary bus number here.
          isKnown[Int(try value(0x19, .byte, of: function))] = true
        case .device, .undefined: break
        }
      }
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
