import GuestProtocol
import KVM
import Testing

@testable import VirtualMachine

@Suite("Profiles")
struct ProfileTests {
  private func statistics(_ nanoseconds: UInt64...) -> DurationStatistics {
    nanoseconds.reduce(into: DurationStatistics()) { $0.add($1) }
  }

  @Test("Times have a minimum, a maximum, an average and its standard error")
  func durations() {
    let times = statistics(2, 4, 4, 4, 5, 5, 7, 9)
    #expect(times.count == 8 && times.total == 40)
    #expect(times.minimum == 2 && times.maximum == 9 && times.mean == 5)
    // The samples' standard deviation is the root of 32/7.
    #expect(abs(times.relativeError - (32.0 / 7 / 8).squareRoot() / 5) < 1e-12)
    #expect(statistics(3).relativeError == 0)
    #expect(statistics(3, 3, 3).relativeError == 0)
    #expect(DurationStatistics().mean == 0 && DurationStatistics().relativeError == 0)
  }

  @Test("Statistics of parts add up to those of the whole")
  func addition() {
    var sum = statistics(7, 9)
    sum.add(DurationStatistics())
    sum.add(statistics(1, 4))
    #expect(sum == statistics(7, 9, 1, 4))
    var fromNothing = DurationStatistics()
    fromNothing.add(statistics(7, 9))
    #expect(fromNothing == statistics(7, 9))
  }

  private func write(_ port: UInt16) -> Exit { .portWrite(PortAccess(port: port, size: 1)) }

  @Test("Exits belong to the section they happen in, those of the marks to none")
  func sections() {
    var profile = ExitProfile()
    let mark = write(SectionMark.port)
    profile.record(write(0x80), nanoseconds: 10)
    for name in ["a", "b", "a"] {
      profile.enter(section: name)
      profile.record(mark, nanoseconds: 1)
      profile.record(write(0x81), nanoseconds: 20)
    }
    profile.enter(section: "")
    profile.record(.halt, nanoseconds: 5)

    let marked = ProfiledAccess(.port(SectionMark.port), .write)
    let other = ProfiledAccess(.port(0x81), .write)
    #expect(profile.sections.map(\.name) == ["", "a", "b"])
    #expect(
      profile.sections[0].accesses
        == [ProfiledAccess(.port(0x80), .write): statistics(10), marked: statistics(1, 1, 1)])
    #expect(profile.sections[0].withoutAddress == [.other: statistics(5)])
    #expect(profile.sections[1].accesses == [other: statistics(20, 20)])
    #expect(profile.sections[2].accesses == [other: statistics(20)])
    #expect(profile.total.exitCount == 8)
    #expect(profile.total[.portWrite] == statistics(10, 1, 1, 1, 20, 20, 20))
    #expect(profile.total[.other] == statistics(5))
  }

  @Test("A guest that touches every address, and marks without end, costs bounded memory")
  func limits() {
    var profile = ExitProfile()
    let limit = UInt64(ExitProfile.addressLimit)
    for number in 0..<ExitProfile.sectionLimit + 3 { profile.enter(section: "section\(number)") }
    profile.record(.halt, nanoseconds: 7)
    #expect(profile.sections.count == ExitProfile.sectionLimit + 1)
    #expect(profile.sections[0].withoutAddress == [.other: statistics(7)])

    // One limit for all sections and for all that has addresses.
    profile.enter(section: "section0")
    for page in 0..<limit - 4 {
      profile.record(.memoryRead(MemoryAccess(address: page << 12, size: 4)), nanoseconds: 1)
    }
    profile.enter(section: "section1")
    let access = MemoryAccess(address: 0, size: 4)
    profile.record(.memoryRead(access), nanoseconds: 1)
    for number in 0..<UInt64(5) {
      profile.record(CoalescedWrite(.memory(number), size: 1, value: 0))
      profile.record(Doorbell(.memory(number)), count: 10)
      profile.record(.memoryRead(MemoryAccess(address: 1 + number, size: 4)), nanoseconds: 2)
    }
    // What is known already is told apart as ever.
    profile.record(.memoryRead(access), nanoseconds: 1)
    profile.record(CoalescedWrite(.memory(0), size: 1, value: 0))
    profile.record(Doorbell(.memory(0)), count: 10)

    let section = profile.sections[2]
    #expect(
      section.accesses == [
        ProfiledAccess(.memory(0), .read): statistics(1, 1),
        ProfiledAccess(.memory(1), .read): statistics(2),
      ])
    #expect(section.withoutAddress == [.memoryRead: statistics(2, 2, 2, 2)])
    #expect(section.coalescedWrites == [.memory(0): 2] && section.otherCoalescedWrites == 4)
    #expect(section.doorbellWrites == [.memory(0): 20] && section.otherDoorbellWrites == 40)
    #expect(profile.total[.memoryRead].count == limit - 4 + 2 + 5)
    let lines = profile.text.split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("others                  4 ") })
    #expect(lines.contains { $0 == "others                    -          -          4" })
    #expect(lines.contains { $0 == "others                    -          -         40" })
  }

  @Test("The tables are those of perf kvm stat report, in 80 columns")
  func text() {
    var profile = ExitProfile()
    profile.record(write(0x70), nanoseconds: 1000)
    profile.enter(section: "clock")
    for time: UInt64 in [9_000, 12_000] { profile.record(write(0x70), nanoseconds: time) }
    profile.record(.portRead(PortAccess(port: 0x71, size: 1)), nanoseconds: 28_000)
    let access = MemoryAccess(address: 0xFED0_00F0, size: 4)
    profile.record(.memoryRead(access), nanoseconds: 1_500_000)
    profile.record(.memoryWrite(access, value: 1), nanoseconds: 500_000)
    for _ in 0..<169 { profile.record(CoalescedWrite(.port(0x70), size: 1, value: 0)) }
    profile.record(Doorbell(.memory(0xE000_0000)), count: 12)
    #expect(
      profile.text == """
        EXITS TO USER SPACE: 6
        Times are this program's own, from the return of KVM_RUN to its next call. The
        way out of the guest and back through the kernel costs more: see 'make bench'.

        Exit              Samples Samples%   Time% Min Time Max Time Avg Time
        port read               1   16.67%   1.37%  28.00us  28.00us  28.00us +-  0.00%
        port write              3   50.00%   1.07%   1.00us  12.00us   7.33us +- 44.77%
        memory read             1   16.67%  73.17%   1.50ms   1.50ms   1.50ms +-  0.00%
        memory write            1   16.67%  24.39% 500.00us 500.00us 500.00us +-  0.00%
        total                   6  100.00% 100.00%   1.00us   1.50ms 341.67us +- 71.70%

        IO Port Access    Samples Samples%   Time% Min Time Max Time Avg Time
        0x70:POUT               3   75.00%  44.00%   1.00us  12.00us   7.33us +- 44.77%
        0x71:PIN                1   25.00%  56.00%  28.00us  28.00us  28.00us +-  0.00%

        MMIO Access       Samples Samples%   Time% Min Time Max Time Avg Time
        0xfed000f0:R            1   50.00%  75.00%   1.50ms   1.50ms   1.50ms +-  0.00%
        0xfed000f0:W            1   50.00%  25.00% 500.00us 500.00us 500.00us +-  0.00%

        Coalesced            Writes      Exits      Saved
        0x70:POUT               172          3        169

        Doorbell             Writes      Exits      Saved
        0xe0000000:W             12          0         12

        SECTION clock: 5

        IO Port Access    Samples Samples%   Time% Min Time Max Time Avg Time
        0x70:POUT               2   66.67%  42.86%   9.00us  12.00us  10.50us +- 14.29%
        0x71:PIN                1   33.33%  57.14%  28.00us  28.00us  28.00us +-  0.00%

        MMIO Access       Samples Samples%   Time% Min Time Max Time Avg Time
        0xfed000f0:R            1   50.00%  75.00%   1.50ms   1.50ms   1.50ms +-  0.00%
        0xfed000f0:W            1   50.00%  25.00% 500.00us 500.00us 500.00us +-  0.00%

        Coalesced            Writes      Exits      Saved
        0x70:POUT               171          2        169

        Doorbell             Writes      Exits      Saved
        0xe0000000:W             12          0         12

        OUTSIDE OF ALL SECTIONS: 1

        IO Port Access    Samples Samples%   Time% Min Time Max Time Avg Time
        0x70:POUT               1  100.00% 100.00%   1.00us   1.00us   1.00us +-  0.00%

        """)
  }

  @Test("Large values and many addresses stay in 80 columns")
  func width() {
    var profile = ExitProfile()
    profile.enter(section: String(repeating: "s", count: SectionMark.maximumLength - 20))
    for number in 0..<UInt64(ProfileTable.rowLimit + 5) {
      let access = MemoryAccess(address: 0x3FFF_FFFF_0000 + number, size: 4)
      profile.record(.memoryWrite(access, value: 0), nanoseconds: 999_994_999)
      profile.record(.memoryWrite(access, value: 0), nanoseconds: 1)
    }
    profile.record(Doorbell(.memory(0x3FFF_FFFF_FFFF)), count: 9_999_999_999)
    for number in 0..<UInt64(ProfileTable.rowLimit + 5) {
      profile.record(CoalescedWrite(.memory(0x3FFF_FFFF_0000 + number), size: 1, value: 0))
    }
    let lines = profile.text.split(separator: "\n")
    #expect(lines.map(\.count).max() == 79)
    #expect(lines.contains { $0.hasPrefix("5 others               10 ") })
    #expect(lines.contains { $0 == "5 others                 15         10          5" })
    #expect(profile.total[.memoryWrite].count == 90)
  }

  @Test("The document tells what has no address")
  func others() throws {
    var profile = ExitProfile()
    for number in 0..<UInt64(ExitProfile.addressLimit + 2) {
      profile.record(.memoryRead(MemoryAccess(address: number, size: 1)), nanoseconds: 3)
    }
    profile.record(CoalescedWrite(.port(0x70), size: 1, value: 0))
    profile.record(Doorbell(.memory(0)), count: 5)
    let document = ProfileDocument(image: "x", profile: profile, counts: nil)
    let others = try #require(document.profile?.total.others)
    #expect(others.accesses.map(\.kind) == ["memory read"])
    #expect(others.accesses.map(\.times.total) == [6])
    #expect(others.savedExitsByCoalescing == 1 && others.savedExitsByDoorbells == 5)
  }

  @Test("Units grow before they take more room")
  func units() {
    #expect(
      [0, 4, 5, 999_994, 999_995, 999_994_999, 999_995_000, 60_000_000_000]
        .map { ProfileTable.time($0) } == [
          "0.00us", "0.00us", "0.01us", "999.99us", "1.00ms", "999.99ms", "1.00s", "60.00s",
        ])
  }
}

@Suite("The port that marks sections")
struct SectionPortTests {
  private let port = SectionPort()

  private func send(_ bytes: [UInt8]) -> [String] {
    bytes.compactMap { byte in
      #expect(port.write(UInt64(byte), at: 0, size: 1))
      return port.takeBegun()
    }
  }

  @Test("A line feed begins what was named, or ends")
  func names() {
    #expect(send(Array("a.b-c\n\nlast\nunfinished".utf8)) == ["a.b-c", "", "last"])
    #expect(port.takeBegun() == nil)
  }

  @Test("A name is printable and has a limited length")
  func forms() {
    #expect(send([0x1B] + Array("[1m é\u{7F}x\n".utf8)) == ["[1mx"])
    let long = [UInt8](repeating: 0x61, count: SectionMark.maximumLength)
    #expect(send(long + Array("bc\n".utf8)) == [String(decoding: long, as: UTF8.self)])
  }

  @Test("It cannot be read")
  func reads() {
    #expect(port.read(at: 0, size: 1) == nil)
  }
}

@Suite("KVM's counts of a run")
struct KernelCountsTests {
  private func statistics(_ values: [[UInt64]]) -> Statistics {
    Statistics(
      source: "kvm-7/vcpu-0",
      fields: [
        StatisticsField(name: "exits"), StatisticsField(name: "never"),
        StatisticsField(name: "pages_4k", kind: .instant),
        StatisticsField(name: "halt_wait_hist", kind: .logarithmicHistogram),
      ], values: values)
  }

  @Test("Counts are differences, levels are those at the end, zeros are left out")
  func text() {
    let counts = KernelCounts(
      from: [statistics([[10], [4], [3], [1, 0, 0]])],
      to: [statistics([[110], [4], [2], [1, 0, 5]])])
    let line = { (name: String, value: String) in
      "  " + name + String(repeating: " ", count: 65 - name.count - value.count) + value
    }
    #expect(
      counts.text == """
        KVM STATISTICS
        kvm-7/vcpu-0
        \(line("exits", "100"))
        \(line("pages_4k", "2"))  at the end
        \(line("halt_wait_hist[2]", "5"))

        """)
    #expect(counts.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let idle = KernelCounts(
      from: [statistics([[1], [0], [0], [0, 0, 0]])], to: [statistics([[1], [0], [0], [0, 0, 0]])])
    #expect(idle.text == "KVM STATISTICS\nkvm-7/vcpu-0\n  nothing\n")
  }

  @Test("Where KVM counts nothing, that is said")
  func unavailable() {
    #expect(
      KernelCounts(from: nil, to: nil).text
        == "KVM STATISTICS: not available: KVM has no KVM_CAP_BINARY_STATS_FD\n")
  }
}
