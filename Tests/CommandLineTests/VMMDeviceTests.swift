import TestSupport
import Testing

@Suite("vmm run's devices", .hangLimit)
struct VMMDeviceTests {
  private let vmm = Tool(name: "vmm")

  @Test("--help tells of every option in 80 columns")
  func help() async throws {
    let outcome = try await vmm.bash(#"COLUMNS=80 "$0" run --help"#, [])
    #expect(outcome.status == .exited(0))
    let words = outcome.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    for text in [
      "--coalesce <zone>", "--doorbells <match>", "--irqchip <where>", "--cpus <number>",
      "--memory-slots <number>", "off, trapped, read-only, batched;",
      "none, exact, wildcard; default: wildcard", "none, kernel; default: none",
    ] { #expect(words.contains(text), "\(text)") }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test(
    "What cannot be asked for is one line, status 64",
    arguments: [
      (
        ["--ecam", "none"],
        "--ecam none: expected off, trapped, read-only, batched"
      ),
      (
        ["--coalesce", "70"],
        "--coalesce 70: expected port:ADDRESS[+SIZE] or memory:ADDRESS+SIZE"
      ),
      (
        ["--coalesce", "port:0xffff+2"],
        "--coalesce port:0xffff+2: expected port:ADDRESS[+SIZE] within ports 0 to 0xffff"
      ),
      (
        ["--coalesce", "port:+1"],
        "--coalesce port:+1: expected port:ADDRESS[+SIZE] within ports 0 to 0xffff"
      ),
      (
        ["--coalesce", "memory:0xd0000000"],
        "--coalesce memory:0xd0000000: expected memory:ADDRESS+SIZE with a size of 1 to 0xffffffff"
      ),
      (
        ["--coalesce", "memory:0xffffffffffffffff+2"],
        "--coalesce memory:0xffffffffffffffff+2: expected memory:ADDRESS+SIZE with a size of 1 to 0xffffffff"
      ),
      (
        ["--doorbells", "all"],
        "--doorbells all: expected none, exact, wildcard"
      ),
      (
        ["--irqchip", "split"],
        "--irqchip split: expected none, kernel"
      ),
      (["--cpus", "0", "--irqchip", "kernel"], "--cpus 0: expected 1 to 255"),
      (["--cpus", "256", "--irqchip", "kernel"], "--cpus 256: expected 1 to 255"),
      (
        ["--cpus", "2"],
        "--cpus 2: needs --irqchip kernel, whose local APICs start processors"
      ),
      (["--memory-slots=-1"], "--memory-slots -1: expected 0 or more"),
    ])
  func usage(arguments: [String], message: String) async throws {
    #expect(
      try await vmm.bash(#""$0" run image "$@""#, arguments)
        == .init(
          status: .exited(64), output: "", errors: "vmm: \(message) (see 'vmm run --help')\n"))
  }

  @Test("More memory slots than KVM has room for are one line with the limit", .needsKVM)
  func slotLimit() async throws {
    let rom = try TinyROM(TinyROM.exit(0))
    let outcome = try await vmm.run("run", rom.path, "--memory-slots", "100000000")
    #expect(outcome.status == .exited(64))
    #expect(
      outcome.errors.wholeMatch(
        of: /vmm: --memory-slots 100000000: expected at most [0-9]+, which is all KVM has left\n/)
        != nil)
    #expect(
      try await vmm.run("run", rom.path, "--memory-slots", "300")
        == .init(status: .exited(0), output: "", errors: ""))
  }

  @Test(
    "Zones are made of every form of address", .needsKVM,
    arguments: ["port:0x3f8", "port:1016", "port:0x3f8+8", "memory:0xd0000000+0x1000"])
  func zones(zone: String) async throws {
    let rom = try TinyROM(TinyROM.printing("hello") + TinyROM.exit(1))
    #expect(
      try await vmm.run("run", rom.path, "--coalesce", zone, "--coalesce", "port:0x70")
        == .init(status: .exited(3), output: "hello\n", errors: ""))
  }

  @Test("HLT ends the guest without interrupt controllers, and waits with them", .needsKVM)
  func halt() async throws {
    let rom = try TinyROM([0xF4])
    #expect(try await vmm.run("run", rom.path).status == .exited(10))
    var seconds = 0.0
    let waiting = try await growingLimit(from: 0.5) { limit in
      seconds = limit
      return try await vmm.run("run", rom.path, "--irqchip", "kernel", "--timeout", "\(limit)")
    } until: {
      $0.errors.contains("at 0xf0001")
    }
    #expect(
      waiting
        == .init(
          status: .exited(8), output: "",
          errors: "vmm: \(rom.path): time limit of \(seconds) s, at 0xf0001\n"))
  }

  @Test("A machine of several processors ends with the first", .needsKVM)
  func processors() async throws {
    let rom = try TinyROM(TinyROM.printing("hello") + TinyROM.exit(1))
    #expect(
      try await vmm.run("run", rom.path, "--irqchip", "kernel", "--cpus", "8")
        == .init(status: .exited(3), output: "hello\n", errors: ""))
  }
}
