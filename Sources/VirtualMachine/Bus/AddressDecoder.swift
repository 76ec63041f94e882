/// The two address spaces of a PC.
public enum AddressSpace: Sendable {
  /// I/O ports, 16-bit addresses.
  case ports
  /// Physical memory.
  case memory
}

/// Something whose devices move about a bus while the guest runs, such as a PCI host.
public protocol AddressDecoder: AnyObject {
  /// Who answers at an address at this moment.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - space: The address space.
  /// - Returns: The mapping that contains the address, or `nil` where nobody answers.
  func mapping(at address: UInt64, in space: AddressSpace) -> BusMapping?
}
