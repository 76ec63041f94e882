import ArgumentParser
import GuestKit
import PCIConfig
import ToolSupport

@main
struct Guestctl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "guestctl",
    abstract: "Run firmware images on hypervisors and compare what they do.",
    discussion: """
      Examples:
        guestctl run                       every suite on every hypervisor
        guestctl run conf1 ecam            two suites
        guestctl run 'conf1.latch.*' --on 'qemu-*'
        guestctl run conf1 --save traces --json report.json
        guestctl list                      what there is, and what can run here

      Exit status:
        0   every outcome is good or explained
        1   a check failed
        2   nothing could be run
        64  wrong usage
      """,
    version: PCIConfigVersion.current,
    subcommands: [Run.self, List.self])

  static func main() async {
    ignoreClosedPipes()
    do {
      try requireArguments()
      var command = try parseAsRoot()
      if var asynchronous = command as? AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
  }
}
