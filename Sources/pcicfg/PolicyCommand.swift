import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// `pcicfg policy`.
struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Shows which mechanism each policy chooses, and why.",
    discussion: """
      linux is what Linux does, prefer-ecam what a patch of 2022 does, verified what this program \
      takes: ECAM on a hypervisor where the machine speaks for it and both mechanisms agree. conf1 \
      and ecam are those alone.

      On the live machine it reads what the kernel shows, and nothing past it. With --compare it \
      also tries the ports (0xCF8) and reads every function through ECAM (/dev/mem), where a \
      region is vouched for: as root. Of a recorded machine all is used that the record holds.

      Exit status: 0 decided, 2 where it could not look, 64 wrong usage.

      Examples:
        pcicfg policy
        pcicfg policy 00:1f.3 --policy linux --policy verified
        sudo pcicfg policy --compare
        pcicfg policy --root /tmp/machine --json
      """)

  @Argument(help: "Functions, [segment:]bus:device.function; all known where none is named.")
  var addresses: [String] = []

  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      "Only this policy: linux, prefer-ecam, verified, conf1, ecam.", valueName: "name"))
  var policies: [String] = []

  @Flag(help: "Compare ECAM with the kernel's access, function by function.")
  var compare = false

  @Flag(help: "Write JSON (schema pcicfg.policy, version 1).")
  var json = false

  @OptionGroup var machine: MachineOptions

  func run() throws {
    let policies = try chosenPolicies()
    let asked = try addresses.map { text in
      guard let function = FunctionAddress(text) else {
        throw Complaint.usage("\(text): expected [segment:]bus:device.function, hexadecimal")
      }
      return function
    }
    let probe = Probe(try machine.host(), rawAccess: compare ? .everyFunction : .none)
    guard let facts = probe.accessFacts else {
      throw Complaint.cannotRun(
        "it is not known whether there is a hypervisor: a record needs its cpuid file")
    }
    let known = probe.facts.functions.value?.map(\.address) ?? []
    let functions = asked.isEmpty ? known : Set(asked).sorted()
    guard !functions.isEmpty else {
      throw Complaint.cannotRun("the system knows no PCI function; name an address")
    }
    let table = PolicyTable(
      functions: functions, policies: policies, facts: facts, notes: probe.notes)
    if json {
      try show(json: PolicyDocument(table))
    } else {
      try show(table.text)
    }
  }

  private func chosenPolicies() throws(Complaint) -> [AccessPolicy] {
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
