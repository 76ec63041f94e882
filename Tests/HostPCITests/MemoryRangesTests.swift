import Testing

@testable import LinuxHost

@Suite struct MemoryRangesTests {
  private let ranges = MemoryRanges([0x300...0x3FF, 0x100...0x1FF, 0x200...0x27F, 0x120...0x130])

  @Test(
    arguments: [
      (0x100...0x1FF, 0x100), (0x180...0x2FF, 0x100), (0x280...0x2FF, 0), (0x0FF...0x1FF, 0),
      (0x3FF...0x500, 1), (0x400...0x500, 0),
    ] as [(ClosedRange<UInt64>, UInt64)])
  func `bytes count from the first address to the first gap`(
    wanted: ClosedRange<UInt64>, count: UInt64
  ) {
    #expect(ranges.coveredBytes(of: wanted) == count)
  }

  @Test(
    arguments: [
      (0x000...0x0FF, false), (0x000...0x100, true), (0x280...0x2FF, false), (0x27F...0x27F, true),
      (0x400...UInt64.max, false), (0x000...UInt64.max, true),
    ] as [(ClosedRange<UInt64>, Bool)])
  func `one address in common is an overlap`(wanted: ClosedRange<UInt64>, overlaps: Bool) {
    #expect(ranges.overlap(wanted) == overlaps)
  }

  @Test func `the last address of all is no trap`() {
    let last = MemoryRanges([UInt64.max - 1 ... .max, .max ... .max, 5...6])
    #expect(last.coveredBytes(of: UInt64.max - 1 ... .max) == 2)
    #expect(MemoryRanges([]).coveredBytes(of: 0...1) == 0)
    #expect(!MemoryRanges([]).overlap(0...UInt64.max))
  }
}
