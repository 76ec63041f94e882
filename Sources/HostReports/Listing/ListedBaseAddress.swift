import HostPCI
import PCIConfig

/// A base address of a function: what its register holds, and what the kernel has for it.
///
/// The kernel knows more than the registers: those of a virtual function return zero (PCI Express
/// Base Specification 6.0, 9.3.4.1.11), an IDE controller's may have fixed ports without one, and a
/// register without an address does not tell its size.
struct ListedBaseAddress {
  /// Where the address comes from.
  enum Source: String {
    /// The register, if it holds one.
    case register
    /// The kernel has it, and the register holds none.
    case kernel
  }

  /// The number of the register, 0 to 5; 6 for the expansion ROM.
  let index: Int
  /// The register, of a pair the lower one.
  let register: Register
  /// The kind, by the register where that is not zero.
  let kind: BaseAddressValue.Kind
  /// The address in the register; 0 where it holds none.
  let registerAddress: UInt64
  /// Where the address comes from.
  let source: Source
  /// Whether the register says that it is the lower half of a pair, and no register follows it.
  let lacksUpperHalf: Bool
  /// What the kernel has; `nil` where it tells nothing.
  let range: AssignedRange?

  /// The address that counts: the kernel's, which may differ from what is on the bus.
  var address: UInt64 { range?.start ?? registerAddress }

  /// How many addresses there are; `nil` where that is not known.
  var size: UInt64? { range.flatMap { $0.size > 0 ? $0.size : nil } }

  /// Whether the address stands in the Enhanced Allocation capability instead of the register.
  var isEnhanced: Bool { range?.isEnhanced ?? false }
}

extension ListedFunction {
  /// The base addresses that the registers or the kernel tell of.
  ///
  /// - Parameter header: The function's header.
  func baseAddresses(_ header: Header) -> [ListedBaseAddress] {
    (0..<Int(header.layout.baseAddressCount)).compactMap { index in
      let register = Register(integerLiteral: 0x10 + UInt16(index) * 4)
      return baseAddress(
        index, register, header.baseAddresses.first { $0.register == register },
        kind: { $0.kind })
    }
  }

  /// The base address of the expansion ROM, where the register or the kernel tells of one.
  ///
  /// - Parameter header: The function's header.
  func expansionROM(_ header: Header) -> ListedBaseAddress? {
    header.layout.expansionROM.flatMap { offset in
      baseAddress(
        6, Register(integerLiteral: offset), header.expansionROM,
        kind: { .expansionROM(isEnabled: $0.isEnabledROM) })
    }
  }

  private func baseAddress(
    _ index: Int, _ register: Register, _ value: BaseAddressValue?,
    kind: (AssignedRange) -> BaseAddressValue.Kind
  ) -> ListedBaseAddress? {
    let range = index < ranges.count ? ranges[index] : nil
    let isKnown = range.map { $0.start != 0 || $0.size > 0 } ?? false
    guard let kind = value?.kind ?? (isKnown ? range.map(kind) : nil) else { return nil }
    let address = value?.address ?? 0
    return ListedBaseAddress(
      index: index, register: register, kind: kind, registerAddress: address,
      source: address == 0 && range.map { $0.start != 0 } ?? false ? .kernel : .register,
      lacksUpperHalf: value?.lacksUpperHalf ?? false, range: range)
  }
}
