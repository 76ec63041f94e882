import PCIConfig

/// What the enhanced window shows: the registers, but for a fault that was asked for.
extension PCIHost {
  /// What a wrong identification differs by, in each of its four bytes.
  private static let fault: UInt8 = 0x0F

  /// Reads registers as the window shows them; parameters and result as of ``read(_:at:size:)``.
  func readWindow(_ address: FunctionAddress, at offset: Int, size: Int) -> UInt32 {
    let value = read(address, at: offset, size: size)
    guard isMisidentified(address) else { return value }
    return (0..<size).filter { offset + $0 < 4 }
      .reduce(value) { $0 ^ UInt32(Self.fault) << (8 * UInt32($1)) }
  }

  /// The 4096 bytes that the window shows of a function: ones where there are no registers.
  func windowPage(of address: FunctionAddress) -> [UInt8] {
    var page = [UInt8](repeating: 0xFF, count: 4096)
    guard let registers = function(at: address)?.configuration else { return page }
    page.replaceSubrange(..<registers.count, with: registers.bytes)
    if isMisidentified(address) { for offset in 0..<4 { page[offset] ^= Self.fault } }
    return page
  }

  private func isMisidentified(_ address: FunctionAddress) -> Bool {
    address == misidentified && function(at: address) != nil
  }
}
