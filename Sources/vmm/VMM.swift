import ArgumentParser
import PCIConfig

@main
struct VMM: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vmm",
    abstract: "Runs firmware images in a small KVM virtual machine.",
    version: PCIConfigVersion.current,
    subcommands: [RunCommand.self])
}
