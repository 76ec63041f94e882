import ArgumentParser
import HostPCI
import HostReports
import LinuxHost
import ToolSupport

/// `pcicfg hypervisor`.
struct HypervisorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hypervisor",
    abstract: "Prints the hypervisor in one word, with an exit status for scripts.",
    discussion: """
      The word is the hypervisor's name (kvm, tcg, hyper-v, xen, vmware, virtualbox, ...); unknown \
      for one that names itself otherwise; unnamed for one that gives no name; none on bare \
      metal. KVM and Xen are told from Hyper-V where they imitate it. Where CPUID hides the \
      hypervisor, the firmware's strings (DMI) decide: qemu and bochs are those that do not say \
      what they run on.

      What runs the host of a hypervisor, as Hyper-V's root partition and Xen's domain 0 do, is \
      no guest: none, status 1; --json tells the difference (verdict host).

      Exit status: 0 in a guest, 1 on bare metal, 2 where it could not look, 64 wrong usage.

      Examples:
        pcicfg hypervisor
        pcicfg hypervisor --quiet && echo "in a guest"
        pcicfg hypervisor --json | jq -r '.reasons[]'
        pcicfg hypervisor --root /tmp/machine
      """)

  @Flag(help: "Write JSON (schema pcicfg.hypervisor, version 1).")
  var json = false

  @Flag(help: "Write nothing: the exit status tells.")
  var quiet = false

  @OptionGroup var machine: MachineOptions

  func validate() throws {
    if json && quiet { throw ValidationError("--json and --quiet exclude each other") }
  }

  func run() throws {
    let host = try machine.host()
    let decision = try decision(of: host)
    if json {
      try show(json: HypervisorDocument(decision, record: host.record))
    } else if !quiet {
      try show(decision.word + "\n")
    }
    if !decision.isGuest { throw ExitCode(1) }
  }

  private func decision(of host: Host) throws(ToolError) -> HypervisorDecision {
    switch HypervisorDecision.decide(on: host) {
    case .known(let decision): return decision
    case .absent:
      if case .dump(let file)? = host.record {
        throw .cannotRun("\(file): a dump does not tell of a hypervisor: look at a record (--root)")
      }
      throw .cannotRun(
        "\(host.record?.description ?? ""): no cpuid, and DMI names no virtual machine: "
          + "expected what 'cpuid -r' prints in the file cpuid")
    case .failed(let failure): throw .cannotRun("\(failure)")
    }
  }
}
