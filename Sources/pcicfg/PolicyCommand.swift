import ArgumentParser
import HostPCI
import PCIConfig
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
      linux is what Linux does, prefer-ecam what a patch of 2022 does, verified what this program \
      takes: ECAM on a hypervisor where the machine speaks for it and both mechanisms agree. conf1 \
      and ecam are those alone.

      On the live machine it reads what the kernel shows, and nothing past it. With --compare it \
      also tries the ports (0xCF8) and reads every function through ECAM (/dev/mem), where a \
      region is vouched for: as root. Of a recorded machine all is used that the record holds. \
      A dump does not tell of a hypervisor: --hypervisor does. Mechanism 1 is taken to answer on \
      its machine.

      Exit status: 0 decided, 2 where it could not look, 64 wrong usage.

      Examples:
        pcicfg policy
        pcicfg policy 00:1f.3 --policy linux --policy verified
        sudo pcicfg policy --compare
        pcicfg policy --root /tmp/machine --json
        pcicfg policy -F lspci.log --hypervisor none
      """)

  @Argument(help: "Functions, [segment:]bus:device.function; all known where none is named.")
  var addresses: [String] = []

  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      "Only this policy: linux, prefer-ecam, verified, conf1, ecam.", valueName: "name"))
  var policies: [String] = []

  @Option(
    help: ArgumentHelp(
      "Decide as for a guest of this hypervisor, or none, whatever the machine shows.",
      valueName: "name"))
  var hypervisor: String?

  @Flag(help: "Compare ECAM with the kernel's access, function by function.")
  var compare = false

  @Flag(help: "Write JSON (schema pcicfg.policy, version 1).")
  var json = false

  @OptionGroup var machine: MachineOptions

  func run() throws {
    let policies = try chosenPolicies()
    let asked = try addresses.map { text in
      guard let function = FunctionAddress(text) else {
        throw ToolError.usage("\(text): expected [segment:]bus:device.function, hexadecimal")
      }
      return function
    }
    let told = try toldHypervisor()
    let probe = Probe(try machine.source.host(), rawAccess: compare ? .everyFunction : .none)
    guard let facts = told.map(probe.accessFacts(under:)) ?? probe.accessFacts else {
      throw ToolError.cannotRun(
        "it is not known whether there is a hypervisor: name it (--hypervisor kvm, or none); "
          + "a record tells by its file cpuid")
    }
    let known = probe.facts.functions.value?.map(\.address) ?? []
    if let missing = zip(addresses, asked).first(where: { !known.isEmpty && !known.contains($0.1) })
    {
      throw ToolError.cannotRun("\(missing.0): there is no such function")
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

  private func toldHypervisor() throws(ToolError) -> HypervisorDetection.Verdict? {
    guard let hypervisor else { return nil }
    guard hypervisor != "none" else { return .bareMetal }
    guard let known = Hypervisor.allCases.first(where: { "\($0.name)" == hypervisor }) else {
      throw .usage(
        "--hypervisor \(quoted(hypervisor)): expected none, "
          + Hypervisor.allCases.map { "\($0.name)" }.joined(separator: ", "))
    }
    return .guest(of: known)
  }

  private func chosenPolicies() throws(ToolError) -> [AccessPolicy] {
    guard !policies.isEmpty else { return AccessPolicy.allCases }
    var chosen: [AccessPolicy] = []
    for name in policies {
      guard let policy = AccessPolicy.allCases.first(where: { "\($0.name)" == name }) else {
        throw .usage(
          "--policy \(name): expected "
            + AccessPolicy.allCases.map { "\($0.name)" }.joined(separator: ", "))
      }
      chosen.append(policy)
    }
    return chosen
  }
}
