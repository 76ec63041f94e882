import Foundation
import PCIConfig
import Testing

@testable import HostPCI
@testable import HostReports
@testable import LinuxHost

/// Costs as on a guest whose kernel reaches registers below 0x100 by mechanism 1.
private func benchmark(
  ecam: [UInt32], isGuest: Bool? = true, isEmulated: Bool = false
) -> AccessBenchmark {
  func cost(
    _ mode: AccessMode, _ register: Register, _ mechanism: KernelAccess.Mechanism,
    _ value: UInt32, _ times: [UInt32]
  ) -> AccessCost {
    AccessCost(
      mode: mode, register: register, mechanism: mechanism, value: value,
      durations: Durations(times, subtracting: 40), emptyCall: mode == .sysfs ? 500 : 400)
  }
  return AccessBenchmark(
    function: FunctionAddress(routingID: 0x10), clockOverhead: 40,
    kernelConventional: KernelAccess(
      mechanism: .mechanism1, certainty: .certain, evidence: ["/proc/ioports: PCI conf1"]),
    kernelExtended: KernelAccess(
      mechanism: .ecam, certainty: .likely,
      evidence: ["/proc/iomem: PCI ECAM 0000 [bus 00-ff]", "1 of 3 config files have 4096 bytes"]),
    isGuest: isGuest, isEmulated: isEmulated,
    costs: [
      cost(.sysfs, 0x00, .mechanism1, 0x10D3_8086, [10_040, 9_040, 12_040, 10_540]),
      cost(.sysfs, 0x100, .ecam, 0x1401_0001, ecam),
      cost(.procfs, 0x00, .mechanism1, 0x10D3_8086, [9_940]),
    ],
    omissions: [
      AccessBenchmark.Omission(
        mode: .procfs, register: 0x100, reason: "read /proc/bus/pci/00/02.0: end of file")
    ])
}

struct DurationTests {
  @Test func `percentiles are the nearest ranks, less what the clock takes`() {
    let durations = Durations((1...200).shuffled(), subtracting: 10)
    #expect(durations.count == 200)
    #expect(durations.minimum == 0)
    #expect(durations.median == 90)
    #expect(durations.percentile99 == 188)
    #expect(durations.maximum == 190)
  }

  @Test func `one time is all of them`() {
    let durations = Durations([250])
    #expect(
      [durations.minimum, durations.median, durations.percentile99, durations.maximum]
        == [250, 250, 250, 250])
    #expect(durations.perSecond == 4_000_000)
  }

  @Test func `times of nothing have no rate`() {
    #expect(Durations([3, 4], subtracting: 5).perSecond == nil)
  }
}

struct DurationHistogramTests {
  @Test func `every time is in the bin that names it`() {
    let times = (0..<1000).map { UInt32($0) } + [5000, 9000]
    let histogram = DurationHistogram(Durations(times))
    var last: Int?
    for bin in histogram.bins {
      #expect(bin.count == times.count { $0 >= bin.first && $0 <= bin.last ?? .max }, "\(bin)")
      if let last { #expect(bin.first == last + 1) }
      last = bin.last
    }
    #expect(histogram.bins.map(\.count).reduce(0, +) == times.count)
    #expect(histogram.bins.count == 6)
  }

  @Test func `times that are all the same are one bar`() {
    let histogram = DurationHistogram(Durations([70, 70, 70]))
    #expect(
      histogram.lines
        == ["                70-70 ns \(String(repeating: "#", count: 40)) 100.0%"])
  }

  @Test func `lines stay within 80 columns for the greatest times`() {
    let lines = DurationHistogram(Durations([0, 1, .max - 1, .max])).lines
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      DurationHistogram(Durations([.max])).bins == [
        .init(first: 0xFFFF_FFFF, last: 0xFFFF_FFFF, count: 1)
      ])
  }
}

struct WindowCostTests {
  @Test(arguments: [
    (UInt32(100), UInt32?(9_000), true, WindowCost.Verdict.mapped),
    (0, 1_000, true, .mapped),
    (249, nil, true, .mapped),
    (249, 996, true, .mapped),
    (249, 995, true, .undecided),
    (250, 100_000, true, .undecided),
    (499, nil, true, .undecided),
    (500, nil, true, .exiting),
    (4_500, 9_000, true, .exiting),
    (0, 0, true, .undecided),
    (100, 9_000, false, .notJudged),
  ])
  func `the window is judged by its cost and by mechanism 1`(
    ecam: UInt32, mechanism1: UInt32?, mayExit: Bool, verdict: WindowCost.Verdict
  ) {
    #expect(
      WindowCost(ecam: ecam, mechanism1: mechanism1, mayExit: mayExit).verdict == verdict)
  }

  @Test func `without a measurement, or where nobody knows of a hypervisor, nothing is said`() {
    for cost in [
      WindowCost(ecam: nil, mechanism1: 9_000, mayExit: true),
      WindowCost(ecam: 100, mechanism1: 9_000, mayExit: nil),
    ] {
      #expect(cost.verdict == .notJudged)
      #expect(cost.sentence == nil)
    }
  }

  @Test func `a verdict has its figures and its rule`() {
    #expect(
      WindowCost(ecam: 120, mechanism1: 9_500, mayExit: true).sentence
        == "looks like a window that is mapped for reading: reads do not exit; a read through ECAM "
        + "costs 120 ns, through mechanism 1 9500 ns (mapped is below 250 ns and at most 1/4 of "
        + "mechanism 1 where that was measured, exiting is from 500 ns on)")
  }
}

struct AccessBenchmarkTests {
  @Test func `costs as text of at most 80 columns`() {
    let text = benchmark(ecam: [640, 660, 650]).text()
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(
      text == """
        0000:00:02.0: reads of 32 bits, times in nanoseconds; looking at the clock takes
        40 ns, which are subtracted.

        MODE    REGISTER  BY               READS   MIN MEDIAN    99%  READS/S ACCESS
        sysfs   0x00      conf1                4  9000  10000  12000    96385   9500
        sysfs   0x100     ecam                 3   600    610    620  1639344    110
        procfs  0x00      conf1                1  9900   9900   9900   101010   9500

        access  is the median without the call around it: the same call where the file
                ends, which reads nothing, costs 500 ns (sysfs), 400 ns (procfs).
        kernel  below 0x100 it uses mechanism 1 (/proc/ioports: PCI conf1)
                from 0x100 it probably uses ECAM (/proc/iomem: PCI ECAM 0000 [bus
                00-ff]; 1 of 3 config files have 4096 bytes)
        cost    sysfs: ECAM 110 ns, mechanism 1 9500 ns, 86.4 times as much
        window  looks like a window that is mapped for reading: reads do not exit; a
                read through ECAM costs 110 ns, through mechanism 1 9500 ns (mapped is
                below 250 ns and at most 1/4 of mechanism 1 where that was measured,
                exiting is from 500 ns on)
        omitted procfs 0x100: read /proc/bus/pci/00/02.0: end of file

        """)
  }

  @Test func `past the kernel there is no call around a read, and the window is judged by it`() {
    let files = benchmark(ecam: [640, 660, 650])
    func cost(
      _ mode: AccessMode, _ mechanism: KernelAccess.Mechanism, _ time: UInt32
    ) -> AccessCost {
      AccessCost(
        mode: mode, register: 0x00, mechanism: mechanism, value: 0x10D3_8086,
        durations: Durations([time]), emptyCall: 0)
    }
    func withRaw(_ raw: [AccessCost], _ missed: [AccessMode] = []) -> AccessBenchmark {
      AccessBenchmark(
        function: files.function, clockOverhead: 40, kernelConventional: files.kernelConventional,
        kernelExtended: files.kernelExtended, isGuest: true, costs: files.costs + raw,
        omissions: [], missedModes: missed)
    }
    let both = withRaw([cost(.mechanism1, .mechanism1, 9_000), cost(.ecam, .ecam, 4_500)])
    #expect(both.window == WindowCost(ecam: 4_500, mechanism1: 9_000, mayExit: true))
    let lines = both.text().split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      lines.contains("conf1   0x00      conf1                1  9000   9000   9000   111111   9000")
    )
    #expect(
      lines.contains("        ends, which reads nothing, costs 500 ns (sysfs), 400 ns (procfs)."))
    #expect(lines.contains("cost    raw: ECAM 4500 ns, mechanism 1 9000 ns, 2.0 times as much"))
    // Without the ports the kernel's mechanism 1 has to do.
    let memory = withRaw([cost(.ecam, .ecam, 100)], [.mechanism1])
    #expect(memory.window == WindowCost(ecam: 100, mechanism1: 9_500, mayExit: true))
    #expect(memory.missedModes == [.mechanism1])
  }

  @Test func `no window is judged where no access exits`() {
    #expect(benchmark(ecam: [5_040]).window.verdict == .exiting)
    #expect(benchmark(ecam: [5_040], isGuest: false).window.verdict == .notJudged)
    #expect(benchmark(ecam: [5_040], isEmulated: true).window.verdict == .notJudged)
  }

  @Test func `histograms follow on a terminal`() {
    let benchmark = benchmark(ecam: [5_040])
    let plain = benchmark.text()
    let text = benchmark.text(showsHistograms: true)
    #expect(text.hasPrefix(plain))
    #expect(
      text.dropFirst(plain.count).split(separator: "\n").filter { !$0.hasPrefix(" ") }
        == ["sysfs 0x00", "sysfs 0x100", "procfs 0x00"])
  }

  @Test func `costs as JSON`() throws {
    let data = try JSONEncoder().encode(BenchDocument(benchmark(ecam: [640, 660, 650])))
    let costs: [NSDictionary] = [
      [
        "mode": "sysfs", "register": "0x00", "mechanism": "conf1", "value": "0x10d38086",
        "reads": 4, "minimum": 9_000, "median": 10_000, "percentile99": 12_000, "maximum": 12_000,
        "readsPerSecond": 96_385, "emptyCall": 500, "access": 9_500,
      ],
      [
        "mode": "sysfs", "register": "0x100", "mechanism": "ecam", "value": "0x14010001",
        "reads": 3, "minimum": 600, "median": 610, "percentile99": 620, "maximum": 620,
        "readsPerSecond": 1_639_344, "emptyCall": 500, "access": 110,
      ],
      [
        "mode": "procfs", "register": "0x00", "mechanism": "conf1", "value": "0x10d38086",
        "reads": 1, "minimum": 9_900, "median": 9_900, "percentile99": 9_900, "maximum": 9_900,
        "readsPerSecond": 101_010, "emptyCall": 400, "access": 9_500,
      ],
    ]
    let wanted: NSDictionary = [
      "schema": "pcicfg.bench", "version": 1, "address": "0000:00:02.0", "isGuest": true,
      "clockOverhead": 40,
      "kernel": [
        "conventional": [
          "mechanism": "conf1", "certainty": "certain", "evidence": ["/proc/ioports: PCI conf1"],
        ],
        "extended": [
          "mechanism": "ecam", "certainty": "likely",
          "evidence": [
            "/proc/iomem: PCI ECAM 0000 [bus 00-ff]", "1 of 3 config files have 4096 bytes",
          ],
        ],
      ],
      "costs": costs,
      "window": [
        "verdict": "mapped", "ecam": 110, "mechanism1": 9_500,
        "rule": "mapped is below 250 ns and at most 1/4 of mechanism 1 where that was measured, "
          + "exiting is from 500 ns on",
      ],
      "omissions": [
        [
          "mode": "procfs", "register": "0x100",
          "reason": "read /proc/bus/pci/00/02.0: end of file",
        ]
      ],
    ]
    #expect(try JSONSerialization.jsonObject(with: data) as? NSDictionary == wanted)
  }
}

/// Reads ordinary files, which stand for those of sysfs and procfs.
struct AccessBenchmarkRunTests {
  private func run(
    _ machine: RecordedMachine, _ slot: String? = nil,
    _ extent: AccessBenchmark.Extent = .reads(150)
  ) throws -> AccessBenchmark {
    try AccessBenchmark(
      Host(liveFilesBelow: machine.root), slot.flatMap(SlotSelection.init), extent: extent)
  }

  @Test func `the first function with extended registers, each register by its mechanism`() throws {
    let benchmark = try run(try .q35())
    #expect(benchmark.function == FunctionAddress("0000:00:02.0"))
    #expect(
      benchmark.costs.map { "\($0.mode) \($0.register) \($0.mechanism) \($0.durations.count)" } == [
        "sysfs 0x00 mechanism1 150", "sysfs 0x100 ecam 150", "procfs 0x00 mechanism1 150",
        "procfs 0x100 ecam 150",
      ])
    #expect(benchmark.costs.map(\.value) == [0x10D3_8086, 0, 0x10D3_8086, 0])
    #expect(benchmark.omissions == [])
  }

  @Test func `what cannot be measured is said`() throws {
    let machine = try RecordedMachine.q35()
    try machine.remove("proc/bus")
    let benchmark = try run(machine, "1f.2", .reads(1))
    #expect(benchmark.costs.map(\.register) == [0x00])
    #expect(
      benchmark.omissions.map(\.description) == [
        "sysfs 0x100: 0000:00:1f.2 has no extended registers: its file has 256 bytes",
        "procfs: /proc/bus/pci/00/1f.2 does not exist",
      ])
  }

  @Test func `a limit of time still measures a turn`() throws {
    let benchmark = try run(try .q35(), nil, .atMost(reads: 1000, nanoseconds: 0))
    #expect(benchmark.costs.map(\.durations.count) == [100, 100, 100, 100])
  }

  @Test func `nothing to measure is one line`() throws {
    let machine = try RecordedMachine.q35()
    func complaint(_ slot: String? = nil) -> String? {
      do {
        _ = try run(machine, slot)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(complaint("1e.0") == "no such function")
    try machine.remove("proc/bus")
    try machine.write("sys/bus/pci/devices/0000:00:1f.2/config", [])
    #expect(
      complaint("1f.2")
        == "0000:00:1f.2 cannot be read: sysfs 0x00: its file has 0 bytes; sysfs 0x100: "
        + "0000:00:1f.2 has no extended registers: its file has 0 bytes; procfs: "
        + "/proc/bus/pci/00/1f.2 does not exist")
    try machine.remove("sys/bus/pci/devices")
    #expect(
      complaint() == "/sys/bus/pci/devices does not exist: the kernel has no PCI support, or "
        + "/sys is not mounted")
    try FileManager.default.createDirectory(
      atPath: machine.root + "/sys/bus/pci/devices", withIntermediateDirectories: true)
    #expect(
      complaint() == "/sys/bus/pci/devices is empty: this machine has no PCI function")
  }
}
