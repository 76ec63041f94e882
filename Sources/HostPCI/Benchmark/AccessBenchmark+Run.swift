import LinuxHost
import PCIConfig

/// Why nothing could be measured: one line.
public struct AccessBenchmarkUnavailable: Error, Equatable, Sendable, CustomStringConvertible {
  /// The line.
  public let description: String
}

extension AccessBenchmark {
  /// How many reads of one register there are before it is the next one's turn; past the kernel's
  /// files a child process makes them.
  private static let turn = 100

  /// Measures: reads the vendor and device ID, and the first extended capability's header where the
  /// function has extended registers, through the kernel's files and in the modes that are named.
  /// Nothing is written but, by mechanism 1, CONFIG_ADDRESS, which is put back.
  ///
  /// - Parameters:
  ///   - host: The live machine.
  ///   - slot: Which function; of several the first with extended registers, else the first.
  ///   - extent: How long to go on.
  ///   - modes: What is measured past the kernel's files: ``AccessMode/mechanism1``,
  ///     ``AccessMode/ecam``.
  /// - Throws: ``AccessBenchmarkUnavailable`` where nothing can be read.
  public init(
    _ host: Host, _ slot: SlotSelection?, extent: Extent, including modes: Set<AccessMode> = []
  ) throws(AccessBenchmarkUnavailable) {
    let probe = Probe(host, rawAccess: .none)
    let function = try Self.function(probe.facts, slot)
    let isInSegment0 = function.address.segment == 0
    let conventional = isInSegment0 ? probe.kernelConventional : probe.kernelExtended
    let candidates = FileCandidates(
      host, function, conventional: conventional.mechanism,
      extended: probe.kernelExtended.mechanism)
    let raw = RawCandidates(host, function, modes)
    let omissions = candidates.omissions + raw.omissions
    let costs: [AccessCost]
    let clock: UInt32
    do {
      (costs, clock) = try Self.measure(candidates, raw, extent)
    } catch {
      throw AccessBenchmarkUnavailable(description: "\(error)")
    }
    guard costs.isEmpty || clock > 0 else {
      throw AccessBenchmarkUnavailable(
        description: "the system's clock (\(Self.clockSource(host))) does not advance between two "
          + "looks at it: too coarse to time a read")
    }
    guard !costs.isEmpty else {
      let reasons = omissions.map(\.description)
      throw AccessBenchmarkUnavailable(
        description: "\(function.address) cannot be read: \(reasons.joined(separator: "; "))")
    }
    self.init(
      function: function.address, clockOverhead: clock, kernelConventional: conventional,
      kernelExtended: probe.kernelExtended, isGuest: probe.decision.value?.isGuest,
      isEmulated: probe.decision.value?.verdict == .guest(of: .tcg), costs: costs,
      omissions: omissions,
      missedModes: AccessMode.allCases.filter { mode in
        modes.contains(mode) && !costs.contains { $0.mode == mode }
      })
  }

  private static func clockSource(_ host: Host) -> String {
    host.line("sys/devices/system/clocksource/clocksource0/current_clocksource").value
      ?? "CLOCK_MONOTONIC"
  }

  private static func function(
    _ facts: SystemFacts, _ slot: SlotSelection?
  ) throws(AccessBenchmarkUnavailable) -> KnownFunction {
    let known: [KnownFunction]
    switch facts.functions {
    case .known(let functions): known = functions
    case .absent(let path):
      let reason = FunctionListUnavailable.absent(path: path, record: nil)
      throw AccessBenchmarkUnavailable(description: "\(reason)")
    case .failed(let failure): throw AccessBenchmarkUnavailable(description: "\(failure)")
    }
    guard !known.isEmpty else {
      throw AccessBenchmarkUnavailable(
        description: "/sys/bus/pci/devices is empty: this machine has no PCI function")
    }
    let meant = known.filter { slot?.contains($0.address) ?? true }
    guard let function = meant.first(where: { $0.configSize.value == 4096 }) ?? meant.first else {
      throw AccessBenchmarkUnavailable(description: "no such function")
    }
    return function
  }

  /// Times every candidate by turns.
  private static func measure(
    _ candidates: FileCandidates, _ raw: RawCandidates, _ extent: Extent
  ) throws(AccessFailure) -> (costs: [AccessCost], clock: UInt32) {
    var clock: [UInt32] = []
    var empty = candidates.files.map { _ in [UInt32]() }
    var reads = candidates.reads.map { _ in [UInt32]() }
    var rawReads = raw.reads.map { _ in [UInt32]() }
    let registerCount = reads.count + rawReads.count
    let limit: Int
    var end = UInt64.max
    switch extent {
    case .reads(let count): limit = count
    case .atMost(let count, let nanoseconds):
      limit = count
      end = MonotonicClock.now + nanoseconds * UInt64(registerCount)
    }
    var done = 0
    while done < limit && registerCount > 0 && (done == 0 || MonotonicClock.now < end) {
      let count = min(turn, limit - done)
      for _ in 0..<count { clock.append(MonotonicClock.time {}) }
      do {
        for (index, file) in candidates.files.enumerated() {
          empty[index] += try file.descriptor.timeReads(at: file.size, expecting: 0, count: count)
        }
        for (index, read) in candidates.reads.enumerated() {
          reads[index] += try candidates.files[read.file].descriptor.timeReads(
            at: Int(read.register.offset), expecting: 4, count: count)
        }
      } catch {
        throw .system(error)
      }
      for (index, candidate) in raw.reads.enumerated() {
        rawReads[index] += try candidate.read.time(count: count)
      }
      done += count
    }
    guard done > 0 else { return ([], 0) }
    let overhead = Durations(clock).median
    let calls = empty.map { Durations($0, subtracting: overhead).median }
    let fileCosts = zip(candidates.reads, reads).map { read, times in
      AccessCost(
        mode: candidates.files[read.file].mode, register: read.register, mechanism: read.mechanism,
        value: read.value, durations: Durations(times, subtracting: overhead),
        emptyCall: calls[read.file])
    }
    let rawCosts = zip(raw.reads, rawReads).map { candidate, times in
      AccessCost(
        mode: candidate.read.mode, register: candidate.read.register,
        mechanism: candidate.read.mechanism, value: candidate.value,
        durations: Durations(times, subtracting: overhead), emptyCall: 0)
    }
    return (fileCosts + rawCosts, overhead)
  }
}

/// The registers that can be read through files, and the files, which stay open.
private struct FileCandidates {
  /// A file of registers, held open by whoever has the value.
  final class File: Sendable {
    let mode: AccessMode
    let size: Int
    let descriptor: FileDescriptor

    init(_ mode: AccessMode, _ size: Int, _ descriptor: consuming FileDescriptor) {
      self.mode = mode
      self.size = size
      self.descriptor = descriptor
    }
  }

  struct Read {
    let file: Int
    let register: Register
    let mechanism: KernelAccess.Mechanism
    let value: UInt32
  }

  private(set) var files: [File] = []
  private(set) var reads: [Read] = []
  private(set) var omissions: [AccessBenchmark.Omission] = []

  init(
    _ host: Host, _ function: KnownFunction, conventional: KernelAccess.Mechanism,
    extended: KernelAccess.Mechanism
  ) {
    for mode in [AccessMode.sysfs, .procfs] {
      let paths =
        mode == .sysfs ? [function.sysfsConfigPath] : host.procfsPaths(of: function.address)
      guard let (path, size) = Self.existing(paths, host) else {
        omissions.append(
          .init(mode: mode, register: nil, reason: "/\(paths[0]) does not exist"))
        continue
      }
      do {
        files.append(File(mode, size, try host.open(path)))
      } catch {
        omissions.append(.init(mode: mode, register: nil, reason: "\(error)"))
        continue
      }
      add(0x00, conventional)
      if size >= 4096 {
        add(0x100, extended)
      } else {
        omissions.append(
          .init(
            mode: mode, register: 0x100,
            reason: "\(function.address) has no extended registers: its file has \(size) bytes"))
      }
    }
  }

  private static func existing(_ paths: [String], _ host: Host) -> (path: String, size: Int)? {
    for path in paths {
      if let size = host.size(path).value { return (path, size) }
    }
    return nil
  }

  /// Adds a register of the last file, where it can be read.
  private mutating func add(_ register: Register, _ mechanism: KernelAccess.Mechanism) {
    let file = files[files.count - 1]
    do {
      let bytes = try file.descriptor.read(at: Int(register.offset), count: 4)
      guard bytes.count == 4 else {
        let reason =
          file.size < Int(register.offset) + 4
          ? "its file has \(file.size) bytes"
          : "the kernel shows the first 64 bytes only: more takes CAP_SYS_ADMIN (root)"
        omissions.append(.init(mode: file.mode, register: register, reason: reason))
        return
      }
      reads.append(
        Read(
          file: files.count - 1, register: register, mechanism: mechanism,
          value: UInt32(bytes.littleEndian(at: 0, count: 4))))
    } catch {
      omissions.append(.init(mode: file.mode, register: register, reason: "\(error)"))
    }
  }
}
