import Foundation
import PCIConfig
import TestSupport
import Testing

/// A directory with one function, which goes away with the value.
private struct FunctionDirectory {
  private let directory: TemporaryDirectory
  var path: String { directory.path }

  /// - Parameter target: What stands for the registers: a device file, or 256 bytes of zeros.
  init(registers target: String?) throws {
    directory = try TemporaryDirectory()
    try directory.write("fffe:fe:1f.7/uevent", "PCI_CLASS=20000\nPCI_ID=8086:10D3\n")
    let registers = "fffe:fe:1f.7/config"
    if let target {
      try FileManager.default.createSymbolicLink(
        atPath: directory.path(of: registers), withDestinationPath: target)
    } else {
      try directory.write(registers, [UInt8](repeating: 0, count: 256))
    }
  }
}

private let dump = """
  00:00.0 Host bridge
  00: 86 80 37 12 07 00 00 00 02 00 00 06 00 00 00 00
  10: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
  20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 00 11
  30: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00

  05:02.0 Ethernet controller
  00: f4 1a 00 10 07 05 00 00 00 00 00 02 00 00 00 00
  10: 61 c0 00 00 00 60 bd fe 00 00 00 00 00 00 00 00
  20: 00 00 00 00 00 00 00 00 00 00 00 00 f4 1a 01 00
  30: 00 00 00 00 00 00 00 00 00 00 00 00 0a 01 00 00

  """

struct RegisterCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  @Test(arguments: [
    ("-s5: COMMAND", "0507\n"), ("-vs5: COMMAND", "0000:05:02.0 COMMAND.w 0x04 = 0507\n"),
    ("COMMAND -s 5:", "0507\n"), ("-s 0: -s 5: COMMAND", "0507\n"),
    ("-d 1af4: -s 5: -- COMMAND", "0507\n"),
    ("-s5: COMMAND -v", "0000:05:02.0 COMMAND.w 0x04 = 0507\n"),
    ("-d: VENDOR_ID", "8086\n1af4\n"), ("-d8086: VENDOR_ID", "8086\n"),
  ])
  func `options are accepted in any order, joined and combined`(
    arguments: String, output: String
  ) async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    #expect(
      try await pcicfg.bash("\"$0\" read -F \"$1\" \(arguments)", [file.path])
        == Tool.Outcome(status: .exited(0), output: output, errors: ""))
  }

  @Test(arguments: [
    ["read", "-s", "0:0.0", "VENDOR_ID", "-s", "0:2.0", "DEVICE_ID"],
    ["read", "-s", "0:0.0", "VENDOR_ID", "-s0:2.0"],
    ["read", "-d", "8086:", "--access", "sysfs", "VENDOR_ID", "-vs0:2.0", "DEVICE_ID"],
    ["write", "--dry-run", "-s", "0:3.0", "CACHE_LINE_SIZE=8", "-s0:2.0", "CACHE_LINE_SIZE=8"],
  ])
  func `a second group on the command line is refused`(arguments: [String]) async throws {
    #expect(
      try await pcicfg.bash(#""$0" "$@""#, arguments)
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors: "pcicfg: -s 0:2.0: starts a second group: "
            + "use 'pcicfg \(arguments[0]) -' with one group per line\n"))
  }

  private static let groups = """
    # the bridge, then the network function

    -s 0:0.0 COMMAND STATUS
      -d1af4:\tVENDOR_ID
    -s 0:0.0 COMMAND

    """

  @Test(arguments: [
    ("", "0007\n0000\n1af4\n0007\n"),
    (
      "-v",
      """
      0000:00:00.0 COMMAND.w 0x04 = 0007
      0000:00:00.0 STATUS.w 0x06 = 0000
      0000:05:02.0 VENDOR_ID.w 0x00 = 1af4
      0000:00:00.0 COMMAND.w 0x04 = 0007

      """
    ),
  ])
  func `groups of standard input are read in order`(option: String, output: String) async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    #expect(
      try await pcicfg.bash(
        "printf %s \"$2\" | \"$0\" read \(option) -F \"$1\" -", [file.path, Self.groups])
        == Tool.Outcome(status: .exited(0), output: output, errors: ""))
  }

  @Test func `groups of standard input are one JSON document`() async throws {
    struct Document: Decodable {
      struct Reading: Decodable {
        var address: String
        var value: String
      }
      var readings: [Reading]
      var failures: [String]
    }
    let file = try TemporaryFile(Array(dump.utf8))
    let outcome = try await pcicfg.bash(
      "printf %s \"$2\" | \"$0\" read --json -F \"$1\" -",
      [file.path, Self.groups + "-s 1:0.0 STATUS\n"])
    let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
    #expect(
      document.readings.map { "\($0.address) \($0.value)" }
        == [
          "0000:00:00.0 0x0007", "0000:00:00.0 0x0000", "0000:05:02.0 0x1af4",
          "0000:00:00.0 0x0007",
        ])
    let missing = "standard input, line 6: -s 1:0.0: no such function"
    #expect(document.failures == [missing])
    #expect(outcome.errors == "pcicfg: \(missing)\n")
    #expect(outcome.status == .exited(2))
  }

  private static let expectedLine = "expected lines of -s ADDRESS REGISTER... or -d ID REGISTER..."

  @Test(arguments: [
    ("-s 0:0.0", "missing expected argument '<register> ...': \(expectedLine)"),
    ("0.l", "expected functions: -s [[segment:]bus:]device.function or -d vendor:"),
    ("-s 0:0.0 0.l --json", "unknown option '--json': \(expectedLine)"),
    ("-s 0:0.0 --help", "unexpected option: \(expectedLine)"),
    ("-", "-: \(expectedLine)"),
    ("-s 0:0.0 0.l -s 5:2.0 0.l", "-s 5:2.0: starts a second group: expected one group per line"),
    ("-s x 0.l", "-s x: device x: expected 00 to 1f, hexadecimal"),
    ("-s 0:0.0 COMAND", "COMAND: no such register: did you mean 'COMMAND'?"),
    ("-s 0:0.0 COMMAND=1", "COMMAND=1: expected no value: reading changes nothing"),
  ])
  func `a malformed line is an error with its number, and nothing is read`(
    line: String, message: String
  ) async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    #expect(
      try await pcicfg.bash(
        "printf '%s\\n' '-s 0:0.0 COMMAND' '' \"$2\" | \"$0\" read -F \"$1\" -", [file.path, line])
        == Tool.Outcome(
          status: .exited(64), output: "", errors: "pcicfg: standard input, line 3: \(message)\n"))
  }

  @Test(arguments: [
    ("read - </dev/null", 2, "standard input: no groups: \(expectedLine)"),
    ("read - <&-", 2, "standard input: Bad file descriptor"),
    ("read - </", 2, "standard input: Is a directory"),
    (
      "read - -F -", 64,
      "-F - and -: standard input cannot be both the dump and the groups (see 'pcicfg read --help')"
    ),
    (
      "read -s 0:0.0 -", 64,
      "-: expected -s and -d on the lines of standard input only (see 'pcicfg read --help')"
    ),
  ])
  func `standard input without groups is one line`(
    arguments: String, status: Int32, line: String
  ) async throws {
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments)", [])
        == Tool.Outcome(status: .exited(status), output: "", errors: "pcicfg: \(line)\n"))
  }

  @Test func `registers of a dump, as values, as lines and as JSON`() async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    let values = try await pcicfg.run("read", "-s", "5:", "-F", file.path, "command", "10.l")
    #expect(values == Tool.Outcome(status: .exited(0), output: "0507\n0000c061\n", errors: ""))
    let lines = try await pcicfg.run("read", "-vd1af4:", "-F", file.path, "COMMAND", "PRIMARY_BUS")
    #expect(
      lines
        == Tool.Outcome(
          status: .exited(1), output: "0000:05:02.0 COMMAND.w 0x04 = 0507\n",
          errors: "pcicfg: 0000:05:02.0 PRIMARY_BUS.b: a device's header (type 0) has no "
            + "PRIMARY_BUS\n"))
    let json = try await pcicfg.run("read", "-d:", "--json", "-F", file.path, "DEVICE_ID")
    let wanted: NSDictionary = [
      "schema": "pcicfg.read", "version": 1, "failures": [String](),
      "readings": [("0000:00:00.0", "0x1237"), ("0000:05:02.0", "0x1000")].map {
        [
          "address": $0.0, "expression": "DEVICE_ID.w", "register": "0x02", "width": 16,
          "value": $0.1,
        ] as NSDictionary
      },
    ]
    #expect(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary == wanted)
  }

  @Test(
    arguments: [
      (
        "read 0.l", 64,
        "expected functions: -s [[segment:]bus:]device.function or -d vendor: "
          + "(see 'pcicfg read --help')"
      ),
      ("read -s 0.0 40", 64, "40: expected a width behind it: .b, .w or .l"),
      (
        "read -s 0.0 -F \"$1\" COMMAND=1", 64,
        "COMMAND=1: expected no value: reading changes nothing"
      ),
      ("read -s 1f.7 -F \"$1\" COMMAND", 2, "-s 1f.7: no such function"),
      (
        "write -s 0.0 -F /dev/null COMMAND=1", 64,
        "-F /dev/null: a dump cannot be written, only the live machine (see 'pcicfg write --help')"
      ),
      (
        "write -s 0.0 --root / COMMAND=1", 64,
        "--root /: a recording cannot be written, only the live machine (see 'pcicfg write --help')"
      ),
      (
        "read -s 0.0 --access port COMMAND", 64,
        "--access port: expected auto, sysfs, procfs, conf1, ecam (see 'pcicfg read --help')"
      ),
      (
        "read -s 0.0 --access ecam -F /dev/null COMMAND", 64,
        "--access ecam: not supported with -F /dev/null: a dump has one access mode "
          + "(see 'pcicfg read --help')"
      ),
      ("write -s 0.0 COMMAND", 64, "COMMAND: expected REGISTER=VALUE"),
      (
        "read -s 0.0 ''", 64,
        "'': register '': expected a hexadecimal number or a name: of the header (COMMAND), of a "
          + "capability (CAP_EXP, CAP10, ECAP_AER)"
      ),
      ("read -s 0.0 100000000.l", 64, "100000000.l: register 100000000: expected at most fff"),
      (
        "write -s 0.0 COMMAND=4:", 64,
        "'COMMAND=4:': value '': expected hexadecimal digits, and a mask behind a colon"
      ),
      (
        "write -s 0.0 COMMAND=:4", 64,
        "COMMAND=:4: value '': expected hexadecimal digits, and a mask behind a colon"
      ),
      (
        "write -s 0.0 COMMAND=fffffffff", 64,
        "COMMAND=fffffffff: value fffffffff: expected at most 16 bits"
      ),
      ("read -s 00:20 0.l", 64, "-s 00:20: device 20: expected 00 to 1f, hexadecimal"),
      ("read -s 00:1c.8 0.l", 64, "-s 00:1c.8: function 8: expected 0 to 7, hexadecimal"),
      ("list -s 100:0.0", 64, "-s 100:0.0: bus 100: expected 00 to ff, hexadecimal"),
      (
        "list -d ::060400", 64,
        "-d ::060400: class 060400: expected at most 4 hexadecimal digits, x for any"
      ),
      (
        "list --root ''", 2,
        "'': ENOENT (No such file or directory): expected the directory of a recorded machine"
      ),
      (
        "list -F ''", 2,
        "open '': ENOENT (No such file or directory): expected a file with what 'lspci -x' prints"
      ),
      (
        "write COMMAND=1", 64,
        "expected functions: -s [[segment:]bus:]device.function or -d vendor: "
          + "(see 'pcicfg write --help')"
      ),
    ])
  func `what cannot be done is one line`(
    arguments: String, status: Int32, line: String
  ) async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    #expect(
      try await pcicfg.bash("\"$0\" \(arguments)", [file.path])
        == Tool.Outcome(status: .exited(status), output: "", errors: "pcicfg: \(line)\n"))
  }

  @Test(arguments: ["-F - < \"$1\"", "-F- < \"$1\"", "-F /dev/stdin < <(cat \"$1\")"])
  func `standard input stands for a dump`(input: String) async throws {
    let file = try TemporaryFile(Array(dump.utf8))
    #expect(
      try await pcicfg.bash("\"$0\" read -s 5: COMMAND \(input)", [file.path])
        == Tool.Outcome(status: .exited(0), output: "0507\n", errors: ""))
    let missing = try await pcicfg.bash("\"$0\" read -s 5: -F - COMMAND <&-", [])
    #expect(missing.status == .exited(2))
  }

  @Test(.needs(program: "setpci"))
  func `every name that setpci has is known, with its place and width`()
    async throws
  {
    let outcome = try await pcicfg.bash("PATH=$PATH:/sbin:/usr/sbin setpci --dumpregs", [])
    let lines = outcome.output.split(separator: "\n").dropFirst()
    #expect(lines.count > 60)
    for line in lines {
      // A capability's ID where it is one, the place, the letter of the width, and the name.
      let words = line.split(separator: " ")
      let name = try #require(words.last)
      if words.count == 4 {
        let kind = name.prefix { $0 != "_" }
        #expect(try RegisterExpression("\(name).b") == RegisterExpression("\(kind)\(words[0]).b"))
      } else {
        let expression = try RegisterExpression(String(name))
        guard case .header(let register) = expression.base else {
          Issue.record("\(name) is no register of the header")
          continue
        }
        #expect("\(register.register)" == "0x\(words[0])")
        #expect("\(expression)" == "\(name).\(words[1].lowercased())")
      }
    }
  }

  @Test(
    .needs(program: "setpci"), .needsPCI,
    arguments: ["COMMAND", "0.l", "HEADER_TYPE", "VENDOR_ID+1.b", "34.b"])
  func `this machine's registers are read as setpci reads them`(register: String) async throws {
    // setpci has the functions in the order of the directory.
    let outcome = try await pcicfg.bash("\"$0\" read -d: \(register) | sort", [])
    let setpci = try await pcicfg.bash(
      "PATH=$PATH:/sbin:/usr/sbin setpci -d : \(register) | sort", [])
    #expect(!outcome.output.isEmpty)
    #expect(outcome == setpci)
  }

  @Test(
    .needs(program: "setpci"),
    .needsCorpus)
  func `registers of every dump are found where setpci finds them, and nowhere else`()
    async throws
  {
    let outcome = try await pcicfg.bash(
      """
      PATH=$PATH:/sbin:/usr/sbin
      registers='CAP_EXP+2.w ECAP_AER+8.l CAP_VNDR.w@1 SECONDARY_BUS.b'
      for file in "$PCICFG_CORPUS"/lspci-dumps/*; do
        "$0" read -vd: -F "$file" $registers 2>/dev/null | cut -d' ' -f1,2,5
      done
      echo setpci
      for file in "$PCICFG_CORPUS"/lspci-dumps/*; do
        for function in $("$0" list -nD -F "$file" 2>/dev/null | cut -d' ' -f1); do
          for register in $registers; do
            value=$(setpci -A dump -O dump.name="$file" -s $function $register 2>/dev/null) &&
              echo $function $register $value
          done
        done
      done
      true
      """, [])
    let parts = outcome.output.split(separator: "setpci\n")
    #expect(parts.count == 2)
    #expect(parts.first == parts.last)
  }
}

/// One mode alone, on this machine.
@Suite(.needsPCI) struct AccessCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  /// A user without rights, to whom ports and memory are refused or missing everywhere.
  private let unprivileged = "setpriv --reuid 65534 --clear-groups --inh-caps=-all"

  @Test func `every file of the kernel shows the same`() async throws {
    let sysfs = try await pcicfg.run("dump", "-x", "--access", "sysfs")
    #expect(sysfs.status == .exited(0))
    #expect(try await pcicfg.run("dump", "-x", "--access", "procfs") == sysfs)
    #expect(try await pcicfg.run("dump", "-x", "--access", "auto") == sysfs)
    let list = try await pcicfg.run("list", "-nk", "--access", "sysfs")
    #expect(try await pcicfg.run("list", "-nk", "--access", "procfs") == list)
    let json = try await pcicfg.run("read", "-s", "0.0", "--access", "procfs", "--json", "0.l")
    let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? NSDictionary
    let readings = try #require(document?["readings"] as? [[String: Any]])
    #expect(readings.first?["access"] as? String == "procfs")
  }

  @Test(arguments: [
    "list -n", "dump", "read -s 0.0 COMMAND", "write -s 0.0 --yes CACHE_LINE_SIZE=0",
    "write -s 0.0 --dry-run CACHE_LINE_SIZE=0",
  ])
  func `a mode that is refused is status 2 and one line that names the remedy`(
    command: String
  ) async throws {
    for (mode, answer) in [("conf1", "conf1: ioperm 0xcf8-0xcff: E"), ("ecam", "ecam: ")] {
      let outcome = try await pcicfg.bash(
        "\(unprivileged) \"$0\" \(command) --access \(mode)", [])
      #expect(outcome.status == .exited(2))
      #expect(outcome.output == "")
      #expect(outcome.errors.hasPrefix("pcicfg: \(answer)"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.contains("run it as root") || outcome.errors.contains("sysfs reads"))
    }
  }

  @Test(.needsOwnMounts) func `without sysfs the functions are those of procfs`() async throws {
    let usual = try await pcicfg.run("list", "-n")
    let outcome = try await pcicfg.bash(
      "unshare -m bash -c 'umount -R /sys && \"$0\" list -n' \"$0\"", [])
    #expect(outcome == usual)
    let refused = try await pcicfg.bash(
      "unshare -m bash -c 'umount -R /sys && \"$0\" list --access sysfs' \"$0\"", [])
    #expect(
      refused
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: sysfs: /sys/bus/pci/devices does not exist: the kernel has no PCI "
            + "support (CONFIG_PCI), or /sys is not mounted here; as root: "
            + "mount -t sysfs sysfs /sys\n"))
  }
}

/// Writes to ordinary files, which are mounted in the place of the functions of this machine, seen
/// by nobody else.
@Suite(.needsPCI, .needsOwnMounts) struct WriteCommandTests {
  private let pcicfg = Tool(name: "pcicfg")

  private func write(
    _ arguments: String, _ directory: FunctionDirectory, options: String = "rw"
  ) async throws -> Tool.Outcome {
    try await pcicfg.bash(
      """
      unshare -m bash -c 'mount --bind "$1" /sys/bus/pci/devices &&
        mount -o remount,bind,$2 /sys/bus/pci/devices &&
        "$0" write -s fffe:fe:1f.7 \(arguments)' "$0" "$1" \(options)
      """, [directory.path])
  }

  /// Writes groups of standard input to two functions, fffe:fe:1f.7 and fffe:fe:1f.6.
  private func write(groups: String, _ options: String = "") async throws -> Tool.Outcome {
    let directory = try FunctionDirectory(registers: nil)
    return try await pcicfg.bash(
      """
      cp -r "$1/fffe:fe:1f.7" "$1/fffe:fe:1f.6"
      printf %s "$2" | unshare -m bash -c 'mount --bind "$1" /sys/bus/pci/devices &&
        "$0" write \(options) -' "$0" "$1"
      od -An -tx1 -j12 -N1 "$1/fffe:fe:1f.6/config" | tr -d " "
      od -An -tx1 -j12 -N1 "$1/fffe:fe:1f.7/config" | tr -d " "
      """, [directory.path, groups])
  }

  @Test func `groups of standard input are written in order`() async throws {
    let groups = "-s fffe:fe:1f.7 CACHE_LINE_SIZE=10\n# then\n-s fffe:fe:1f.6 0c.b=20 0c.b=1:1\n"
    let writes = """
      fffe:fe:1f.7 CACHE_LINE_SIZE.b 0x0c: 00 -> 10
      fffe:fe:1f.6 0c.b 0x0c: 00 -> 20
      fffe:fe:1f.6 0c.b 0x0c: 20 -> 21

      """
    #expect(
      try await write(groups: groups)
        == Tool.Outcome(status: .exited(0), output: writes + "21\n10\n", errors: ""))
    #expect(
      try await write(groups: groups, "--dry-run")
        == Tool.Outcome(status: .exited(0), output: writes + "00\n00\n", errors: ""))
  }

  @Test(arguments: [
    (
      "-s fffe:fe:1f.6 LATENCY_TIMR=1",
      "LATENCY_TIMR=1: no such register: did you mean 'LATENCY_TIMER'?"
    ),
    ("-s fffe:fe:1f.5 40.b=1", "-s fffe:fe:1f.5: no such function"),
    (
      "-s fffe:fe:1f.6 CAP_EXP.w=0",
      "fffe:fe:1f.6 CAP_EXP.w: there is no CAP_EXP; nothing was written"
    ),
  ])
  func `nothing is written unless every group is`(line: String, message: String) async throws {
    let outcome = try await write(groups: "-s fffe:fe:1f.7 CACHE_LINE_SIZE=10\n\(line)\n")
    #expect(outcome.output == "00\n00\n")
    #expect(outcome.errors == "pcicfg: standard input, line 2: \(message)\n")
  }

  @Test func `a write is shown with the old and the new value`() async throws {
    let directory = try FunctionDirectory(registers: nil)
    let outcome = try await write("CACHE_LINE_SIZE=10 40.w=ffff:f0,1", directory)
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(0),
          output: """
            fffe:fe:1f.7 CACHE_LINE_SIZE.b 0x0c: 00 -> 10
            fffe:fe:1f.7 40.w 0x40: 0000 -> 00f0
            fffe:fe:1f.7 40.w 0x42: 0000 -> 0001

            """, errors: ""))
    let bytes = try Data(
      contentsOf: URL(fileURLWithPath: directory.path + "/fffe:fe:1f.7/config"))
    #expect([bytes[0x0C], bytes[0x40], bytes[0x42]] == [0x10, 0xF0, 1])
  }

  @Test func `a register that can stop the machine takes --yes`() async throws {
    let directory = try FunctionDirectory(registers: nil)
    let refused = try await write("40.b=1 COMMAND=4:4 10.l=0,0", directory)
    #expect(
      refused
        == Tool.Outcome(
          status: .exited(64), output: "",
          errors:
            "pcicfg: fffe:fe:1f.7 COMMAND.w 0x04 is the command register: the function may stop, "
            + "and 2 more like it: expected --yes; nothing was written\n"))
    let config = URL(fileURLWithPath: directory.path + "/fffe:fe:1f.7/config")
    #expect(try Data(contentsOf: config) == Data(count: 256))
    let rehearsed = try await write("--dry-run COMMAND=4:4", directory)
    #expect(rehearsed.status == .exited(0))
    #expect(rehearsed.output == "fffe:fe:1f.7 COMMAND.w 0x04: 0000 -> 0004 (takes --yes)\n")
    #expect(try Data(contentsOf: config) == Data(count: 256))
    let written = try await write("--yes COMMAND=4:4", directory)
    #expect(written.status == .exited(0))
    #expect(try Data(contentsOf: config)[4] == 4)
  }

  @Test func `what does not read back is status 1, in JSON as well`() async throws {
    let directory = try FunctionDirectory(registers: "/dev/zero")
    let outcome = try await write("--json LATENCY_TIMER=f8", directory)
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors
        == "pcicfg: fffe:fe:1f.7 LATENCY_TIMER.b 0x0d: bits f8 do not read back as written: "
        + "read-only, or cleared by writing 1\n")
    let wanted: NSDictionary = [
      "schema": "pcicfg.write", "version": 1, "dryRun": false,
      "writes": [
        [
          "address": "fffe:fe:1f.7", "expression": "LATENCY_TIMER.b", "register": "0x0d",
          "width": 8, "mask": "0xff", "old": "0x00", "new": "0xf8", "readBack": "0x00",
          "differingBits": "0xf8", "access": "sysfs",
        ] as NSDictionary
      ],
    ]
    #expect(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? NSDictionary == wanted)
  }

  @Test func `what is refused is status 2, with its cause and remedy`() async throws {
    let directory = try FunctionDirectory(registers: nil)
    let outcome = try await write("40.b=1", directory, options: "ro")
    #expect(
      outcome
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: fffe:fe:1f.7 40.b 0x40 was not written: "
            + "open /sys/bus/pci/devices/fffe:fe:1f.7/config: EROFS (Read-only file system): "
            + "/sys is mounted for reading only, as in a container; run it outside the container, "
            + "or as root: mount -o remount,rw /sys\n"))
    let missing = try await write("CAP_EXP.w=0", directory)
    #expect(
      missing
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: fffe:fe:1f.7 CAP_EXP.w: there is no CAP_EXP; nothing was written\n"))
  }
}
