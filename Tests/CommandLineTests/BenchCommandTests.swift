import Foundation
import Testing

struct BenchCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  private struct Document: Decodable {
    struct Cost: Decodable {
      let mode: String
      let register: String
      let reads: Int
      let minimum: Int
      let median: Int
      let percentile99: Int
      let maximum: Int
    }

    let schema: String
    let version: Int
    let costs: [Cost]
  }

  @Test(
    .enabled(
      if: FileManager.default.isReadableFile(atPath: "/sys/bus/pci/devices/0000:00:00.0/config"),
      "there is no function 00:00.0"))
  func `this machine's reads as JSON, and as a table without a histogram`() async throws {
    let json = try await pcicfg.run("bench", "00:00.0", "--count", "100", "--json")
    #expect(json.errors == "")
    #expect(json.status == .exited(0))
    let document = try JSONDecoder().decode(Document.self, from: Data(json.output.utf8))
    #expect(document.schema == "pcicfg.bench")
    #expect(document.version == 1)
    #expect(document.costs.first?.mode == "sysfs")
    #expect(document.costs.first?.register == "0x00")
    for cost in document.costs {
      #expect(cost.reads == 100)
      let times = [cost.minimum, cost.median, cost.percentile99, cost.maximum]
      #expect(times == times.sorted())
    }
    let text = try await pcicfg.run("bench", "0:0.0", "--count", "100")
    #expect(text.status == .exited(0))
    #expect(text.output.hasPrefix("0000:00:00.0: reads of 32 bits"))
    #expect(!text.output.contains("#"))
    for line in text.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test(
    arguments: [
      ("--count 0", 64, "--count 0: expected 1 to 1000000 (see 'pcicfg bench --help')"),
      ("--raw port", 64, "--raw port: expected conf1, ecam"),
      (
        "-F m.txt", 64,
        "-F m.txt: a dump cannot be measured, only the live machine (see 'pcicfg bench --help')"
      ),
      (
        "--root /", 64,
        "--root /: a recording cannot be measured, only the live machine (see 'pcicfg bench --help')"
      ),
      (
        "-s 00:1f.3", 64,
        "-s 00:1f.3: no such option: expected the address as an argument, "
          + "[segment:]bus:device.function (see 'pcicfg bench --help')"
      ),
      ("00:20.0", 64, "00:20.0: expected [segment:]bus:device.function, hexadecimal"),
      (
        "fffd:ff:1f.7", 2, "fffd:ff:1f.7: no such function"
      ),
    ])
  func `what cannot be done is one line`(
    arguments: String, status: Int32, line: String
  ) async throws {
    #expect(
      try await pcicfg.bash("\"$0\" bench \(arguments)", [])
        == Tool.Outcome(status: .exited(status), output: "", errors: "pcicfg: \(line)\n"))
  }

  @Test(.needsOwnMounts) func `a machine without PCI is status 2`() async throws {
    let outcome = try await pcicfg.bash(
      "unshare -m bash -c 'for place in sys/bus/pci/devices proc/bus/pci; do "
        + "mount -t tmpfs none /$place; done && \"$0\" bench' \"$0\"", [])
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: /sys/bus/pci/devices is empty: this machine has no PCI function\n"))
  }

  @Test(
    .enabled(
      if: FileManager.default.isReadableFile(atPath: "/sys/bus/pci/devices/0000:00:00.0/config"),
      "there is no function 00:00.0"))
  func `a mode that is refused is an omission and status 2, and the rest is shown`() async throws {
    let outcome = try await pcicfg.bash(
      "setpriv --reuid 65534 --clear-groups --inh-caps=-all \"$0\" bench 0:0.0 --count 10 "
        + "--raw conf1 --raw ecam --json", [])
    #expect(outcome.status == .exited(2))
    #expect(outcome.errors.hasPrefix("pcicfg: conf1: ioperm 0xcf8-0xcff: E"))
    #expect(outcome.errors.contains("; ecam: "))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    #expect(document.costs.allSatisfy { ["sysfs", "procfs"].contains($0.mode) })
    #expect(document.costs.first?.reads == 10)
  }
}
