import HostPCI
import PCIConfig

/// The costs of reads as a document for programs; all times are in nanoseconds.
public struct BenchDocument: Encodable, Sendable {
  struct Cost: Encodable {
    let mode: String
    let register: String
    let mechanism: String
    let value: String
    let reads: Int
    let minimum: UInt32
    let median: UInt32
    let percentile99: UInt32
    let maximum: UInt32
    let readsPerSecond: UInt64?
    let emptyCall: UInt32
    let access: UInt32

    init(_ cost: AccessCost) {
      mode = cost.mode.rawValue
      register = "\(cost.register)"
      mechanism = cost.mechanism.rawValue
      value = AccessWidth.doubleword.text(cost.value)
      reads = cost.durations.count
      minimum = cost.durations.minimum
      median = cost.durations.median
      percentile99 = cost.durations.percentile99
      maximum = cost.durations.maximum
      readsPerSecond = cost.durations.perSecond
      emptyCall = cost.emptyCall
      access = cost.access
    }
  }

  struct Window: Encodable {
    let verdict: String
    let ecam: UInt32?
    let mechanism1: UInt32?
    let rule: String
  }

  struct Omission: Encodable {
    let mode: String
    let register: String?
    let reason: String
  }

  let schema = "pcicfg.bench"
  let version = 1
  let address: String
  let isGuest: Bool?
  let clockOverhead: UInt32
  let kernel: ProbeDocument.KernelEntry
  let costs: [Cost]
  let window: Window
  let omissions: [Omission]

  /// Creates the document.
  public init(_ benchmark: AccessBenchmark) {
    address = "\(benchmark.function)"
    isGuest = benchmark.isGuest
    clockOverhead = benchmark.clockOverhead
    kernel = ProbeDocument.KernelEntry(
      conventional: .init(benchmark.kernelConventional),
      extended: .init(benchmark.kernelExtended))
    costs = benchmark.costs.map(Cost.init)
    let cost = benchmark.window
    window = Window(
      verdict: cost.verdict.rawValue, ecam: cost.ecam, mechanism1: cost.mechanism1,
      rule: WindowCost.rule)
    omissions = benchmark.omissions.map {
      Omission(mode: $0.mode.rawValue, register: $0.register.map { "\($0)" }, reason: $0.reason)
    }
  }
}
