import ArgumentParser
import HostPCI
import HostReports
import PCIConfig
import Spelling
import ToolSupport

/// `pcicfg policy`.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Shows which mechanism each policy chooses, and why.",
    usage: """
      pcicfg policy [<addresses> ...] [--policy <name> ...] [--compare]
                    [--json] [--hypervisor <name>] [-F <file> | --root <dir>]
      """,
    discussion: """
      linux is what Linux does; prefer-ecam is what a patch of 2022 does; verified, the default of \
      pcicfg, uses ECAM on a hypervisor if there is evidence for the region and both mechanisms \
      agree. conf1 and ecam use that mechanism only.

      On the live machine it reads only what the kernel provides. With --compare, as root, it also \
      accesses the ports (0xCF8) and reads every function through ECAM (/dev/mem) if there is \
      evidence for the region. Of a recorded machine it uses everything in the recording. A dump \
      does not contain the hypervisor: name it with --hypervisor. For a dump, mechanism 1 is \
      assumed to work.

      Exit status: 0 decided, 2 a function does not exist or nothing to read, 64 wrong usage.

      Examples:
        pcicfg policy
        pcicfg policy 00:1f.3 --policy linux --policy verified
        sudo pcicfg policy --compare
        pcicfg policy --root /tmp/machine --json
        pcicfg policy -F lspci.log --hypervisor none
      """)

  @Argument(help: "Functions, [segment:]bus:device.function; all if none is named.")
  var addresses: [String] = []

  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      "Only this policy: linux, prefer-ecam, verified, conf1, ecam.", valueName: "name"))
  var policies: [String] = []

  @Option(
    help: ArgumentHelp(
      "Decide as for a guest of this hypervisor, or none, instead of the detected one.",
      valueName: "name"))
  var hypervisor: String?

  @Flag(help: "Compare ECAM with the kernel's access, function by function.")
  var compare = false

  @Flag(help: "Write JSON (schema pcicfg.policy, version 1).")
  var json = false

  @OptionGroup var machine: MachineOptions

  func run() throws {
    let policies = try chosenPolicies()
    let asked = try addresses.map { try FunctionAddress(argument: $0) }
    let assumed = try assumedHypervisor()
    let probe = Probe(try machine.host(), rawAccess: compare ? .everyFunction : .none)
    guard let facts = assumed.map(probe.accessFacts(under:)) ?? probe.accessFacts else {
      throw ToolError.cannotRun(
        "hypervisor unknown: neither a dump nor a recording without cpuid contains it: "
          + "name it with --hypervisor, or none")
    }
    let known = probe.facts.functions.value?.map(\.address) ?? []
    if let missing = zip(addresses, asked).first(where: { !known.isEmpty && !known.contains($0.1) })
    {
      throw ToolError.cannotRun("\(missing.0): no such function")
    }
    let functions = asked.isEmpty ? known : Set(asked).sorted()
    guard !functions.isEmpty else {
      throw ToolError.cannotRun("the system knows no PCI function; name an address")
    }
    let table = PolicyTable(
      functions: functions, policies: policies, facts: facts,
      notes: { decisions in
        (hypervisor.map { ["by --hypervisor \($0), not by what the machine shows"] } ?? [])
          + probe.notes(on: decisions)
      })
    if json {
      try show(json: PolicyDocument(table))
    } else {
      try show(table.text)
    }
  }

  private func assumedHypervisor() throws(ToolError) -> HypervisorDetection.Verdict? {
    guard let hypervisor else { return nil }
    guard hypervisor != "none" else { return .bareMetal }
    guard let known = Hypervisor.allCases.first(where: { "\($0.name)" == hypervisor }) else {
      throw .usage(
        "--hypervisor \(quoted(hypervisor)): "
          + Spelling.hint(
            for: hypervisor, among: ["none"] + Hypervisor.allCases.map { "\($0.name)" }))
    }
    return .guest(of: known)
  }

  private func chosenPolicies() throws(ToolError) -> [AccessPolicy] {
    var chosen: [AccessPolicy] = []
    for name in policies {
      if let policy = try AccessPolicy(argument: name) { chosen.append(policy) }
    }
    return chosen.isEmpty ? AccessPolicy.allCases : chosen
  }
}
