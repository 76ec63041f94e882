import ArgumentParser
import Glibc
import HostPCI
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures what reads of configuration space cost.",
    usage: """
      pcicfg bench [<address>] [--count <number>] [--raw <mode> ...] [--json]
      """,
    discussion: """
      It reads register 0x00, and 0x100 if the function has extended registers, alternately \
      through sysfs and procfs: 100000 times each, or for about one second each.

      The kernel commonly reads 0x00 with mechanism 1 and 0x100 with ECAM. The cost of both is \
      therefore measured even where ports and /dev/mem are closed; they are accessed directly \
      only with --raw, as root. The report states which mechanism the kernel uses for each \
      register, what a read costs without the system call, and on a hypervisor whether the cost \
      of ECAM indicates a mapped window.

      --raw conf1 measures mechanism 1 over ports, address and data of one read: only of the \
      vendor and device ID, since a kernel write can intervene. --raw ecam measures a load from \
      the mapped region, if there is evidence for it and the function reads as in another mode.

      On a terminal it also prints a histogram of each.

      Exit status: 0 measured, 2 nothing to measure or a mode that was named does not work, 64 \
      wrong usage.

      Examples:
        sudo pcicfg bench
        sudo pcicfg bench --raw conf1 --raw ecam
        sudo pcicfg bench 00:1f.3 --count 1000000
        sudo pcicfg bench --json | jq -r '.window.verdict'
      """)

  private static let counts = 1...1_000_000

  @Argument(
    help: "A function, [segment:]bus:device.function; else the first with extended registers.")
  var address: String?

  @Option(name: Letter.slot.name, help: .hidden)
  var slot: String?

  @Option(
    help: ArgumentHelp(
      "Read each register this many times, 1 to 1000000, without a time limit.", valueName: "number"
    ))
  var count: Int?

  @Flag(help: "Write JSON (schema pcicfg.bench, version 1).")
  var json = false

  @OptionGroup var raw: RawOptions

  @OptionGroup var others: LiveMachineOptions

  func validate() throws {
    try others.requireLiveMachine("measured")
    if let slot {
      throw ValidationError(
        "-s \(quoted(slot)): no such option: expected the address as an argument, "
          + "[segment:]bus:device.function")
    }
    if let count, !Self.counts.contains(count) {
      throw ValidationError("--count \(count): expected 1 to \(Self.counts.upperBound)")
    }
  }

  func run() throws {
    let benchmark = try benchmark()
    if json {
      try show(json: BenchDocument(benchmark))
    } else {
      try show(benchmark.text(showsHistograms: isatty(STDOUT_FILENO) == 1))
    }
    guard benchmark.missedModes.isEmpty else {
      let missed = benchmark.omissions.filter { benchmark.missedModes.contains($0.mode) }
      throw ToolError.cannotRun(missed.map(\.description).joined(separator: "; "))
    }
  }

  private func benchmark() throws(ToolError) -> AccessBenchmark {
    let slot = try address.map { text throws(ToolError) in
      SlotSelection(try FunctionAddress(argument: text))
    }
    let modes = try raw.modes()
    do {
      return try AccessBenchmark(
        .live, slot,
        extent: count.map { .reads($0) } ?? .atMost(reads: 100_000, nanoseconds: 1_000_000_000),
        including: modes)
    } catch {
      throw .cannotRun((address.map { "\($0): " } ?? "") + "\(error)")
    }
  }
}
