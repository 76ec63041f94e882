import ArgumentParser
import Glibc
import HostPCI
import ToolSupport

/// `pcicfg bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures what reads of configuration space cost.",
    discussion: """
      It reads the register 0x00, and 0x100 where the function has extended registers, through \
      sysfs and through procfs by turns: 100000 times each, or for about a second each. Of several \
      functions it takes the first with extended registers.

      The kernel commonly reaches the one by mechanism 1 and the other by ECAM, so that one file \
      shows what both cost, also where ports and /dev/mem are closed: they are not touched unless \
      named by --raw, as root. It tells which mechanism the kernel uses for each, what a read costs without the call around it, and on a hypervisor \
      whether the cost of ECAM looks like a window that is mapped for reading.

      --raw conf1 measures the ports, address and data of one read: the vendor and device ID \
      alone, as a write of the kernel may fall between. --raw ecam measures a load from the mapped \
      region, where it is vouched for and shows the function as another mode does.

      On a terminal a histogram of each follows.

      Exit status: 0 measured, 2 nothing to measure or a mode that was named does not work, 64 \
      wrong usage.

      Examples:
        sudo pcicfg bench
        sudo pcicfg bench --raw conf1 --raw ecam
        sudo pcicfg bench -s 00:1f.3 --count 1000000
        sudo pcicfg bench --json | jq -r '.window.verdict'
      """)

  static let letters = LetterCluster(flags: "", options: "sF")

  private static let counts = 1...1_000_000

  @Option(
    name: .customShort("s"),
    help: ArgumentHelp(
      "Function, [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    help: ArgumentHelp(
      "Read each register so often, however long it takes: 1 to 1000000.", valueName: "number"))
  var count: Int?

  @Flag(help: "Write JSON (schema pcicfg.bench, version 1).")
  var json = false

  @OptionGroup var raw: RawOptions

  @OptionGroup var others: LiveMachineOptions

  func validate() throws {
    try others.requireLiveMachine("measured")
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
    let selection = try FunctionQuery.selection(slot: slot)
    let modes = try raw.modes()
    let prefix = slot.map { "-s \($0): " } ?? ""
    do {
      return try AccessBenchmark(
        .live, selection,
        extent: count.map { .reads($0) } ?? .atMost(reads: 100_000, nanoseconds: 1_000_000_000),
        including: modes)
    } catch {
      throw .cannotRun("\(prefix)\(error)")
    }
  }
}
