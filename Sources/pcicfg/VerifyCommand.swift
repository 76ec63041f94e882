import ArgumentParser
import HostPCI
import HostReports
import PCIConfig
import ToolSupport

/// `pcicfg verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares every register through every access mode, and judges MCFG.",
    usage: """
      pcicfg verify [--raw <mode> ... | --policy <name>] [--json]
                    [-F <file> | --root <dir>]
      """,
    discussion: """
      It reads each function through sysfs and procfs. As root, --raw conf1 adds the ports of \
      mechanism 1, and --raw ecam the regions that the firmware lists (/dev/mem), if there is \
      evidence for them. Port accesses are made without the kernel's lock: a kernel write that \
      intervenes changes the register that is being read, as with lspci -H1. --policy compares \
      what a policy selects with sysfs and procfs. Of a recorded machine everything in the \
      recording is used.

      A register is identical, volatile (it changes when read again) or different. A function that \
      differs through ECAM is pinned to mechanism 1. MCFG is compared with E820, /proc/iomem, the \
      host bridge's register and what responds. A function that reads as all ones is a finding if \
      the kernel found something else there. The verdict states how many registers were compared \
      if it was not all of them.

      Each finding has a name for programs in brackets, and advice.

      Exit status: 0 no error and no warning, 1 at least one, 2 nothing to compare or a mode that \
      was named does not work, 64 wrong usage.

      Examples:
        sudo pcicfg verify
        sudo pcicfg verify --raw ecam --raw conf1
        sudo pcicfg verify --policy verified
        pcicfg verify --root /tmp/machine
        pcicfg verify --json | jq '.findings[].tag'
      """)

  @Flag(help: "Write JSON (schema pcicfg.verify, version 1).")
  var json = false

  @OptionGroup var raw: RawOptions

  @Option(name: .customLong("policy"), help: AccessPolicy.help, completion: AccessPolicy.completion)
  var policyName: String?

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if !raw.names.isEmpty && machine.isRecord {
      throw ValidationError("--raw excludes --root and -F: a record is not asked again")
    }
    if !raw.names.isEmpty, let policy = policyName {
      throw ValidationError(
        "--raw excludes --policy \(quoted(policy)), which selects the modes that are compared")
    }
  }

  func run() throws {
    let verification = Verification(
      try machine.host(), including: try raw.modes(), policy: try AccessPolicy(argument: policyName)
    )
    if json {
      try show(json: VerificationDocument(verification))
    } else {
      try show(verification.text)
    }
    if verification.hasFault { throw ExitCode(1) }
    guard verification.missedModes.isEmpty else {
      let names = verification.missedModes.map { "--raw \($0.rawValue)" }.joined(separator: ", ")
      throw ToolError.cannotRun("\(names): no function could be read")
    }
    if let policy = verification.missedPolicy {
      throw ToolError.cannotRun("--policy \(policy.name): no function could be read")
    }
    guard verification.hasCompared else {
      throw ToolError.cannotRun("no register could be read through two modes")
    }
  }
}
