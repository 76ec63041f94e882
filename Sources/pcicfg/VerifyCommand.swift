import ArgumentParser
import HostPCI
import ToolSupport

/// `pcicfg verify`.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compares every register through every access mode, and judges MCFG.",
    discussion: """
      It reads each function through sysfs and procfs. --raw conf1 adds the ports of mechanism 1, \
      --raw ecam the memory that the firmware lists (/dev/mem), where a region is vouched for: \
      both as root. The kernel's lock around a pair of port accesses cannot be taken: a write of the \
      kernel that falls between would hit the register that is being read, as with lspci -H1. Of \
      a recorded machine all is used that the record holds.

      A register is identical, volatile (another value when read again) or different. A function \
      that ECAM shows differently is pinned to mechanism 1. What MCFG lists is held against E820, \
      /proc/iomem, the host bridge's register and what answers. A function that reads all ones is \
      a finding where the kernel found something else there. The verdict says how many registers \
      could be compared where it is not all of them.

      Each finding has its name for programs in brackets, and an advice.

      Exit status: 0 no error and no warning, 1 at least one, 2 nothing to compare or a mode that \
      was named does not work, 64 wrong usage.

      Examples:
        sudo pcicfg verify
        sudo pcicfg verify --raw ecam --raw conf1
        pcicfg verify --root /tmp/machine
        pcicfg verify --json | jq '.findings[].tag'
      """)

  @Flag(help: "Write JSON (schema pcicfg.verify, version 1).")
  var json = false

  @OptionGroup var raw: RawOptions

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if !raw.names.isEmpty && machine.isRecord {
      throw ValidationError("--raw excludes --root and -F: a record is not asked again")
    }
  }

  func run() throws {
    let verification = Verification(try machine.host(), including: try raw.modes())
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
    guard verification.hasCompared else {
      throw ToolError.cannotRun("no register could be read through two modes")
    }
  }
}
