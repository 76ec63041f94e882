/// Where a PCI function is: segment, bus, device and function.
public struct FunctionAddress: Hashable, Sendable {
  /// The segment group. Firmware knows 16 bits; Linux numbers its own domains with 32 bits,
  /// Intel VMD's from 0x10000 on.
  public let segment: UInt32
  /// The routing identifier within the segment: bus in bits 15:8, device in 7:3, function in 2:0
  /// (PCI Express Base Specification 6.0, 2.2.4.2).
  public let routingID: UInt16

  /// Creates an address from its routing identifier; every 16-bit value is one.
  ///
  /// - Parameters:
  ///   - segment: The segment group, 32 bits.
  ///   - routingID: Bus in bits 15:8, device in 7:3, function in 2:0.
  public init(segment: UInt32 = 0, routingID: UInt16) {
    self.segment = segment
    self.routingID = routingID
  }

  /// Creates an address from its parts.
  ///
  /// - Parameters:
  ///   - segment: The segment group, 32 bits.
  ///   - bus: The bus, 0 to 255.
  ///   - device: The device, 0 to 31.
  ///   - function: The function, 0 to 7.
  /// - Throws: ``AddressError`` when `device` or `function` is out of range.
  public init(
    segment: UInt32 = 0, bus: UInt8, device: UInt8, function: UInt8
  ) throws(AddressError) {
    guard device < 32 else { throw .deviceOutOfRange(device) }
    guard function < 8 else { throw .functionOutOfRange(function) }
    self.segment = segment
    routingID = UInt16(bus) << 8 | UInt16(device) << 3 | UInt16(function)
  }

  /// The bus, 0 to 255.
  public var bus: UInt8 { UInt8(truncatingIfNeeded: routingID >> 8) }

  /// The device, 0 to 31.
  public var device: UInt8 { UInt8(truncatingIfNeeded: routingID >> 3) & 31 }

  /// The function, 0 to 7.
  public var function: UInt8 { UInt8(truncatingIfNeeded: routingID) & 7 }

  /// Another function of the same device.
  ///
  /// - Parameter function: The function; its low three bits count.
  public func sibling(_ function: UInt8) -> FunctionAddress {
    FunctionAddress(segment: segment, routingID: routingID & ~7 | UInt16(function & 7))
  }

  /// Segment 0, bus 0, device 0, function 0: where PC host bridges are.
  public static let hostBridge = FunctionAddress(routingID: 0)
}

extension FunctionAddress: Comparable {
  /// Orders by segment, bus, device and function.
  public static func < (left: FunctionAddress, right: FunctionAddress) -> Bool {
    left.segment != right.segment
      ? left.segment < right.segment : left.routingID < right.routingID
  }
}

extension FunctionAddress: CustomStringConvertible {
  /// The address as Linux writes it: `0000:00:1f.3`, with a longer segment where it needs one.
  public var description: String {
    hexadecimal(segment, digits: 4) + ":" + hexadecimal(UInt32(bus), digits: 2) + ":"
      + hexadecimal(UInt32(device), digits: 2) + "." + hexadecimal(UInt32(function), digits: 1)
  }
}
