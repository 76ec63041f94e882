import ArgumentParser
import FoundationEssentials
import HostPCI
import ToolSupport

/// `pcicfg probe`.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shows the hypervisor, the access modes that work, and what the kernel uses.",
    discussion: """
      It reads only. On the live machine, where the system permits port access, it writes the \
      address port of mechanism 1 (0xCF8) and puts the former value back; an access of the kernel \
      may fall between, so the accesses are few. /dev/mem is mapped only where an ECAM region is \
      vouched for.

      A recorded machine is a directory with its sys/, proc/, boot/ and, if there are, two files: \
      cpuid (what 'cpuid -r' prints) and answers (a line for each raw access, as printed here \
      behind 'saw').

      Exit status: 0 also where a mode does not work; 2 where it could not look.

      Examples:
        pcicfg probe
        pcicfg probe --json | jq '.kernel'
        pcicfg probe --root /tmp/machine
      """)

  @Flag(help: "Write JSON (schema pcicfg.probe, version 1).")
  var json = false

  @Option(
    help: ArgumentHelp("Look at a recorded machine instead of this one.", valueName: "dir"),
    completion: .directory)
  var root: String?

  func run() throws {
    let probe = Probe(try .machine(recordedAt: root))
    guard json else {
      try show(probe.text)
      return
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let document = try encoder.encode(ProbeDocument(probe))
    try show(String(decoding: document, as: UTF8.self) + "\n")
  }
}
