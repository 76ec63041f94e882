import ArgumentParser
import HostPCI
import HostReports
import ToolSupport

/// `pcicfg probe`.
struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Shows the hypervisor, the access modes that work, and what the kernel uses.",
    usage: """
      pcicfg probe [--raw <mode> ...] [--compare] [--json]
                   [-F <file> | --root <dir>]
      """,
    discussion: """
      It reads sysfs, procfs and CPUID (and SEV_STATUS, if the processor offers SEV), and nothing \
      else unless it is asked to. --raw conf1 also \
      tries the ports of mechanism 1, as root: it writes 0xCF8 and restores the former value, but \
      a kernel access can intervene. --raw ecam also reads ECAM through /dev/mem, where there is \
      evidence for a region. --compare does both, and reads every function through ECAM.

      A recorded machine is what 'pcicfg snapshot save' writes: a directory with its sys/, proc/, \
      boot/ and, if there are, two files: cpuid (what 'cpuid -r' prints) and answers (a line for \
      each raw access and for what the system refused).

      The report ends with what the default policy decides; 'pcicfg policy' shows the others.

      Exit status: 0 also where a mode does not work; 2 where it could not look.

      Examples:
        pcicfg probe
        pcicfg probe --json | jq '.kernel'
        pcicfg probe --json | jq '.decision'
        sudo pcicfg probe --raw conf1 --raw ecam
        sudo pcicfg probe --compare
        pcicfg probe --root /tmp/machine
      """)

  @Flag(help: "Read every function through ECAM and compare; also tries the ports.")
  var compare = false

  @Flag(help: "Write JSON (schema pcicfg.probe, version 1).")
  var json = false

  @OptionGroup var raw: RawOptions

  @OptionGroup var machine: MachineOptions

  func run() throws {
    let probe = Probe(
      try machine.host(), rawAccess: compare ? .everyFunction : .samples(try raw.modes()))
    if json {
      try show(json: ProbeDocument(probe))
    } else {
      try show(probe.text)
    }
  }
}
