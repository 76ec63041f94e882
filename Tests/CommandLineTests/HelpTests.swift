import Testing

struct HelpTests {
  @Test(arguments: [
    "pcicfg", "pcicfg list", "pcicfg dump", "pcicfg read", "pcicfg write", "pcicfg probe",
    "pcicfg policy", "pcicfg verify", "pcicfg bench", "pcicfg mcfg", "pcicfg hypervisor",
    "pcicfg snapshot", "pcicfg snapshot save", "pcicfg diff", "guestctl", "guestctl run",
    "guestctl list", "vmm", "vmm run",
  ])
  func `help has examples and stays within 80 columns`(command: String) async throws {
    let words = command.split(separator: " ").map(String.init)
    let help = try await Tool(name: words[0]).bash(
      "\"$0\" \(words.dropFirst().joined(separator: " ")) --help", [])
    #expect(help.status == .exited(0))
    #expect(help.errors == "")
    #expect(help.output.contains("\nExamples:\n") || help.output.contains("\nEXAMPLES:\n"))
    for line in help.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }
}
