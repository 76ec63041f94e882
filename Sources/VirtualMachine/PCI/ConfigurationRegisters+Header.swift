/// Parts that configuration spaces are put together from.
extension ConfigurationRegisters {
  /// The identity of a function (PCI Local Bus Specification 3.0, 6.2.1).
  public struct Identity: Equatable, Sendable {
    /// The vendor.
    public var vendor: UInt16
    /// The device.
    public var device: UInt16
    /// Base class, subclass and programming interface, 24 bits.
    public var classCode: UInt32
    /// The revision.
    public var revision: UInt8
    /// Whether the device has more functions than function 0.
    public var isMultiFunction: Bool

    /// Creates an identity.
    public init(
      vendor: UInt16, device: UInt16, classCode: UInt32, revision: UInt8 = 0,
      isMultiFunction: Bool = false
    ) {
      self.vendor = vendor
      self.device = device
      self.classCode = classCode
      self.revision = revision
      self.isMultiFunction = isMultiFunction
    }
  }

  /// Creates the registers of an ordinary function (header type 0) without base address registers.
  ///
  /// - Parameters:
  ///   - extent: How many bytes there are.
  ///   - identity: What the function is.
  ///   - commandBits: The bits of the command register that are implemented.
  ///   - interruptPin: 0 for none, 1 to 4 for INTA# to INTD#.
  public static func endpoint(
    _ extent: Extent, _ identity: Identity, commandBits: UInt16, interruptPin: UInt8 = 0
  ) -> ConfigurationRegisters {
    var space = header(extent, identity, layout: 0, commandBits: commandBits, pin: interruptPin)
    space.set(0x2C, to: identity.vendor)
    space.set(0x2E, to: identity.device)
    return space
  }

  /// Creates the registers of a PCI-to-PCI bridge (header type 1) with 32-bit ports and 64-bit
  /// prefetchable memory (PCI-to-PCI Bridge Architecture Specification 1.2, 3.2).
  ///
  /// - Parameters:
  ///   - extent: How many bytes there are.
  ///   - identity: What the function is.
  ///   - commandBits: The bits of the command register that are implemented.
  ///   - interruptPin: 0 for none, 1 to 4 for INTA# to INTD#.
  public static func bridge(
    _ extent: Extent, _ identity: Identity, commandBits: UInt16, interruptPin: UInt8 = 0
  ) -> ConfigurationRegisters {
    var space = header(extent, identity, layout: 1, commandBits: commandBits, pin: interruptPin)
    space.set(0x18, to: 0 as UInt32, writable: 0x00FF_FFFF)  // bus numbers
    space.set(0x1C, to: 0x0101 as UInt16, writable: 0xF0F0)  // ports, 32-bit
    space.set(0x20, to: 0 as UInt32, writable: 0xFFF0_FFF0)  // memory
    space.set(0x24, to: 0x0001_0001 as UInt32, writable: 0xFFF0_FFF0)  // prefetchable, 64-bit
    space.set(0x28, to: 0 as UInt32, writable: .max)
    space.set(0x2C, to: 0 as UInt32, writable: .max)
    space.set(0x30, to: 0 as UInt32, writable: .max)
    space.set(0x3E, to: 0 as UInt16, writable: 0x0043)  // parity response, SERR#, secondary reset
    return space
  }

  private static func header(
    _ extent: Extent, _ identity: Identity, layout: UInt8, commandBits: UInt16, pin: UInt8
  ) -> ConfigurationRegisters {
    var space = ConfigurationRegisters(extent)
    space.set(0x00, to: identity.vendor)
    space.set(0x02, to: identity.device)
    space.set(0x04, to: 0 as UInt16, writable: commandBits)
    space.set(0x08, to: identity.classCode << 8 | UInt32(identity.revision))
    space.set(0x0C, to: 0 as UInt8, writable: 0xFF)  // cache line size
    space.set(0x0E, to: layout | (identity.isMultiFunction ? 0x80 : 0))
    space.set(0x3C, to: 0 as UInt8, writable: 0xFF)  // interrupt line
    space.set(0x3D, to: pin)
    return space
  }
}
