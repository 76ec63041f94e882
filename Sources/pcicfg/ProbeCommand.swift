import ArgumentParser
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

      A recorded machine is what 'pcicfg snapshot save' writes: a directory with its sys/, proc/, \
      boot/ and, if there are, two files: cpuid (what 'cpuid -r' prints) and answers (a line for \
      each raw access, as printed here behind 'saw', and for what the system refused).

      It ends with what the default policy decides; 'pcicfg policy' shows the others. With \
      --compare that rests on every function's registers read through ECAM, too.

      Exit status: 0 also where a mode does not work; 2 where it could not look.

      Examples:
        pcicfg probe
        pcicfg probe --json | jq '.kernel'
        pcicfg probe --json | jq '.decision'
        sudo pcicfg probe --compare
        pcicfg probe --root /tmp/machine
      """)

  @Flag(help: "Compare ECAM with the kernel's access, function by function.")
  var compare = false

  @Flag(help: "Write JSON (schema pcicfg.probe, version 1).")
  var json = false

  @OptionGroup var machine: MachineOptions

  func run() throws {
    let probe = Probe(
      try machine.host(), rawAccess: compare ? .everyFunction : .samples)
    if json {
      try show(json: ProbeDocument(probe))
    } else {
      try show(probe.text)
    }
  }
}
