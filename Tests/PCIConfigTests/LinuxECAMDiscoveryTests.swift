import PCIConfig
import Testing

private let mebibyte: UInt64 = 1 << 20

private func region(
  _ base: UInt64 = 0xE000_0000, _ buses: ClosedRange<UInt8> = 0...255
) throws -> ECAMRegion {
  try ECAMRegion(base: base, buses: buses)
}

private func vouched(
  _ region: ECAMRegion, e820: UInt64 = 0, motherboard: UInt64 = 0
) -> VouchedRegion {
  VouchedRegion(region, .mcfg, reserved: ReservedBytes(byE820: e820, byMotherboard: motherboard))
}

private func discover(
  _ regions: [VouchedRegion], year: UInt16? = nil, mechanism1: Bool = true, disabled: Bool = false
) -> LinuxECAMDiscovery {
  LinuxECAMDiscovery(
    regions, firmwareYear: year, mechanism1Answers: mechanism1, isDisabled: disabled)
}

@Suite struct LinuxECAMDiscoveryTests {
  @Test(
    arguments: [
      // E820, motherboard, the last bus that is left; in MiB
      (256, 0, 255), (255, 0, 127), (128, 0, 127), (127, 0, 63), (64, 0, 63), (16, 0, 15),
      (15, 0, nil), (0, 0, nil), (0, 256, 255), (0, 64, 63), (15, 64, 63), (16, 256, 15),
    ] as [(UInt64, UInt64, UInt8?)])
  func `a region shrinks by halves to what is reserved, down to 16 MiB, E820 first`(
    e820: UInt64, motherboard: UInt64, last: UInt8?
  ) throws {
    let whole = try region()
    let verdict = discover([
      vouched(whole, e820: e820 * mebibyte, motherboard: motherboard * mebibyte)
    ])
    #expect(
      verdict
        == (try last.map { .accepted([try region(0xE000_0000, 0...$0)]) } ?? .notReserved(whole)))
  }

  @Test func `a region of one bus is taken where it is reserved whole`() throws {
    let small = try region(0xEEC0_0000, 0...0)
    #expect(discover([vouched(small, e820: mebibyte)]) == .accepted([small]))
    #expect(discover([vouched(small, e820: mebibyte - 1)]) == .notReserved(small))
  }

  @Test func `a later start bus counts from the first address of the region`() throws {
    let later = try region(0xE000_0000, 0x40...0x7F)
    #expect(
      discover([vouched(later, e820: 32 * mebibyte)])
        == .accepted([try region(0xE000_0000, 0x40...0x5F)]))
  }

  @Test(
    arguments: [
      (nil, true, false), (2015, true, false), (2016, true, true), (2026, true, true),
      (nil, false, true), (2015, false, true),
    ] as [(UInt16?, Bool, Bool)])
  func `no reservation is asked for under new firmware, or without mechanism 1`(
    year: UInt16?, mechanism1: Bool, isAccepted: Bool
  ) throws {
    let region = try region()
    #expect(
      discover([vouched(region)], year: year, mechanism1: mechanism1)
        == (isAccepted ? .accepted([region]) : .notReserved(region)))
  }

  @Test func `one region that is not reserved spoils all`() throws {
    let first = try region(0xE000_0000, 0...63)
    let second = try region(0xE000_0000, 64...127)
    #expect(
      discover([vouched(first, e820: 64 * mebibyte), vouched(second)]) == .notReserved(second))
    // Early each must be in E820; late each may be here or there.
    #expect(
      discover([
        vouched(first, e820: 64 * mebibyte), vouched(second, motherboard: 64 * mebibyte),
      ]) == .accepted([first, second]))
  }

  @Test(
    arguments: [(nil, false), (2009, false), (2010, true), (2020, true)] as [(UInt16?, Bool)])
  func `a region above 4 GiB needs firmware of 2010`(year: UInt16?, isAccepted: Bool) throws {
    let low = vouched(try region(), e820: 256 * mebibyte)
    let high = try region(0x1_0000_0000)
    #expect(
      discover([low, vouched(high, e820: 256 * mebibyte)], year: year)
        == (isAccepted ? .accepted([low.region, high]) : .above4GiB(high)))
  }

  @Test(
    arguments: [(0, false, 2020, false), (1, false, 2020, true), (0, true, nil, true)]
      as [(UInt8, Bool, UInt16?, Bool)])
  func `a region above 4 GiB needs a table of revision 1, or one of SGI`(
    revision: UInt8, isSGI: Bool, year: UInt16?, isAccepted: Bool
  ) throws {
    let high = try region(0x1_0000_0000)
    #expect(
      LinuxECAMDiscovery(
        [vouched(high, e820: 256 * mebibyte)], of: .init(revision: revision, isSGI: isSGI),
        firmwareYear: year, mechanism1Answers: true, isDisabled: false)
        == (isAccepted ? .accepted([high]) : .above4GiB(high)))
  }

  @Test func `a region with base 0 spoils all, whatever the firmware`() throws {
    let low = vouched(try region(), e820: 256 * mebibyte)
    let zero = try region(0)
    #expect(discover([low, vouched(zero, e820: 256 * mebibyte)], year: 2020) == .atZero(zero))
  }

  @Test func `an option that disables ECAM outranks everything`() throws {
    #expect(discover([vouched(try region())], year: 2020, disabled: true) == .disabled)
    #expect(discover([], disabled: true) == .disabled)
    #expect(discover([]) == .accepted([]))
  }
}
