import PCIConfig
import Testing

@Suite struct FunctionAddressTests {
  @Test func `the routing identifier has bus, device and function`() throws {
    let address = try FunctionAddress(bus: 0x12, device: 0x1F, function: 7)
    #expect(address.routingID == 0x12FF)
    #expect(address == FunctionAddress(routingID: 0x12FF))
    #expect([address.bus, address.device, address.function] == [0x12, 0x1F, 7])
  }

  @Test func `a device above 31 and a function above 7 are refused`() {
    #expect(throws: AddressError.deviceOutOfRange(32)) {
      try FunctionAddress(bus: 0, device: 32, function: 0)
    }
    #expect(throws: AddressError.functionOutOfRange(8)) {
      try FunctionAddress(bus: 0, device: 0, function: 8)
    }
  }

  @Test(
    arguments: [
      ("00:1f.3", 0, 0x00FB), ("0000:00:1f.3", 0, 0x00FB), ("10000:e1:00.0", 0x10000, 0xE100),
      ("ffffffff:ff:1f.7", 0xFFFF_FFFF, 0xFFFF), ("0:0:0.0", 0, 0),
    ] as [(String, UInt32, UInt16)])
  func `text as Linux writes it is read`(text: String, segment: UInt32, routingID: UInt16) {
    #expect(FunctionAddress(text) == FunctionAddress(segment: segment, routingID: routingID))
  }

  @Test(arguments: [
    "", ":", "00:1f", "00:20.0", "00:1f.8", "100:00.0", "00:1f.3 ", "00:+f.3", "123456789:00:00.0",
    "00:00:00:00.0", "00:1f.3.0", "00:1f.", "-1:00.0", "-0:00.0", "00:-0.0",
  ])
  func `other text is refused`(text: String) {
    #expect(FunctionAddress(text) == nil)
  }

  @Test func `the description can be read again`() {
    for address in [
      FunctionAddress(segment: 0, routingID: 0x00FB),
      FunctionAddress(segment: 0x10000, routingID: 0xFFFF),
    ] {
      #expect(FunctionAddress(address.description) == address)
    }
    #expect(FunctionAddress(routingID: 0x00FB).description == "0000:00:1f.3")
    #expect(FunctionAddress(segment: 0x10000, routingID: 8).description == "10000:00:01.0")
  }

  @Test func `addresses order by segment, then bus, device and function`() {
    let addresses = [
      FunctionAddress(segment: 1, routingID: 0), FunctionAddress(routingID: 0x0100),
      FunctionAddress(routingID: 0x00FF),
    ]
    #expect(addresses.sorted() == addresses.reversed())
  }
}
