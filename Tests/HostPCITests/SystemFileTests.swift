import Testing

@testable import LinuxHost

@Suite struct SystemFileTests {
  @Test func `only a line feed ends a line, with or without a carriage return`() {
    #expect("a\r\r\n\nb\u{85}c\u{2028}d\re\n\r\n".lines == ["a", "b\u{85}c\u{2028}d\re"])
    #expect("a\r\nb".firstLine == "a")
    #expect("\nb".firstLine == "")
    #expect("".lines == [])
  }

  @Test func `files that came over another system are read all the same`() {
    let resources = Resource.parse("0000-0cf7 : PCI Bus\u{2029}0\r\n  0cf8-0cff : PCI conf1\r\n")
    #expect(
      resources == [
        Resource(addresses: 0...0xCF7, name: "PCI Bus\u{2029}0"),
        Resource(addresses: 0xCF8...0xCFF, name: "PCI conf1"),
      ])
    let options = KernelOptions(text: "CONFIG_DEVMEM=y\r\nCONFIG_STRICT_DEVMEM=1\r\n")
    #expect(KernelOptions.Option.allCases.filter(options.has) == [.deviceMemory])
    let privileges = Privileges(status: "Uid:\t1000\t7\r\nCapEff:\t0000000000200000\r\n")
    #expect(privileges.user == 7)
    #expect(privileges.hasAdmin == true)
    #expect(privileges.hasRawIO == false)
  }

  @Test(
    arguments: [
      ("0x0", "0x9fbff", 0...0x9FBFF), ("0xffffffffffffffff", "0xffffffffffffffff", .max ... .max),
      ("0x1", "0x0", nil), ("0", "0x1", nil), ("0x", "0x1", nil),
      ("0x1", "0x1ffffffffffffffff", nil),
    ] as [(String, String, ClosedRange<UInt64>?)])
  func `an entry of E820 has two addresses`(
    start: String, end: String, addresses: ClosedRange<UInt64>?
  ) {
    let range = MemoryRange(start: start, end: end, type: "Reserved")
    #expect(range?.addresses == addresses)
    #expect(range?.type == addresses.map { _ in "Reserved" })
  }
}
