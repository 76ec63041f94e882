import Foundation
import PCIConfig
import Testing

@testable import HostPCI
@testable import LinuxHost

/// Writes to ordinary files, which stand for those of sysfs.
struct RegisterWriteTests {
  private let sysfs = "sys/bus/pci/devices/0000:00:02.0/"

  /// A network function with Express.
  private func machine() throws -> RecordedMachine {
    let machine = try RecordedMachine()
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256,
      registers: [4: 0x0010_0103, 0xC: 0x4010, 0x34: 0xE0, 0xE0: 0x0001_0010, 0xE8: 0x0000_2810])
    try machine.write(sysfs + "uevent", "PCI_CLASS=20000\nPCI_ID=8086:10D3")
    return machine
  }

  private func writes(
    _ assignments: [String], _ machine: RecordedMachine
  ) throws -> RegisterWrites {
    let host = Host(liveFilesBelow: machine.root)
    return try RegisterWrites(
      try assignments.map { try RegisterAssignment($0) }, of: try Inventory(of: host).functions,
      through: HostAccess(host))
  }

  private func bytes(_ machine: RecordedMachine, _ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(machine.root)/\(name)")))
  }

  /// Puts a device file in the place of a function's file.
  private func link(_ machine: RecordedMachine, to target: String) throws {
    try machine.remove(sysfs + "config")
    try FileManager.default.createSymbolicLink(
      atPath: "\(machine.root)/\(sysfs)config", withDestinationPath: target)
  }

  @Test func `only the masked bits change, and only the registers that were named`() throws {
    let machine = try machine()
    var wanted = try bytes(machine, sysfs + "config")
    let report = try writes(
      ["CAP_EXP+8.w=5000:7000", "LATENCY_TIMER=20", "f0.l=1,2:3"], machine
    ).perform()
    #expect(
      report.text == """
        0000:00:02.0 CAP_EXP+8.w 0xe8: 2810 -> 5810
        0000:00:02.0 LATENCY_TIMER.b 0x0d: 40 -> 20
        0000:00:02.0 f0.l 0xf0: 00000000 -> 00000001
        0000:00:02.0 f0.l 0xf4: 00000000 -> 00000002

        """)
    #expect(report.findings == [])
    #expect(report.failure == nil)
    wanted[0xE9] = 0x58
    wanted[0x0D] = 0x20
    wanted[0xF0] = 1
    wanted[0xF4] = 2
    #expect(try bytes(machine, sysfs + "config") == wanted)
  }

  @Test func `a rehearsal writes nothing, and shows what each change would find`() throws {
    let machine = try machine()
    let before = try bytes(machine, sysfs + "config")
    let report = try writes(["COMMAND=0:1", "COMMAND+1.b=4:5", "CAP_EXP+8.w=0:f000"], machine)
      .rehearse()
    #expect(
      report.text == """
        0000:00:02.0 COMMAND.w 0x04: 0103 -> 0102 (takes --yes)
        0000:00:02.0 COMMAND+1.b 0x05: 01 -> 04 (takes --yes)
        0000:00:02.0 CAP_EXP+8.w 0xe8: 2810 -> 0810 (takes --yes)

        """)
    #expect(
      try writes(["COMMAND=0:1", "COMMAND=0:2"], machine).rehearse().results.map(\.old)
        == [0x0103, 0x0102])
    #expect(report.failure == nil)
    #expect(try bytes(machine, sysfs + "config") == before)
  }

  @Test func `bits that do not read back as written are findings`() throws {
    let machine = try machine()
    try link(machine, to: "/dev/zero")
    let report = try writes(["CACHE_LINE_SIZE=10", "40.w=0:ff", "42.w=f3:f0"], machine).perform()
    #expect(
      report.text == """
        0000:00:02.0 CACHE_LINE_SIZE.b 0x0c: 00 -> 10, reads back 00
        0000:00:02.0 40.w 0x40: 0000 -> 0000
        0000:00:02.0 42.w 0x42: 0000 -> 00f0, reads back 0000

        """)
    let end = "do not read back as written: read-only, or cleared by writing 1"
    #expect(
      report.findings == [
        "0000:00:02.0 CACHE_LINE_SIZE.b 0x0c: bits 10 \(end)",
        "0000:00:02.0 42.w 0x42: bits 00f0 \(end)",
      ])
    #expect(report.failure == nil)
  }

  @Test func `the first refused write ends it, and what was done before stays shown`() throws {
    let machine = try machine()
    try machine.function(
      "0000:00:03.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let writes = try writes(["CACHE_LINE_SIZE=8", "LATENCY_TIMER=8"], machine)
    try machine.remove("sys/bus/pci/devices/0000:00:03.0/config")
    try FileManager.default.createSymbolicLink(
      atPath: "\(machine.root)/sys/bus/pci/devices/0000:00:03.0/config",
      withDestinationPath: "/dev/full")
    let report = writes.perform()
    #expect(report.results.map(\.new) == [8, 8])
    #expect(
      report.failure
        == "0000:00:03.0 CACHE_LINE_SIZE.b 0x0c was not written: write /sys/bus/pci/devices/0000:00:03.0/config: "
        + "ENOSPC (No space left on device): the system gives no reason that is known here")
  }

  @Test func `nothing is written where one function lacks a register`() throws {
    let machine = try machine()
    try machine.function(
      "0000:00:03.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 256)
    let before = try bytes(machine, sysfs + "config")
    #expect(
      throws: RegisterWriteFailure(
        description: "0000:00:03.0 CAP_EXP+8.w: there is no CAP_EXP")
    ) { try writes(["CAP_EXP+8.w=0"], machine) }
    #expect(try bytes(machine, sysfs + "config") == before)
  }

  @Test(arguments: ["fc.l=1,2", "fc.l=1 100.l=2"])
  func `nothing is written where a register cannot be read`(assignments: String) throws {
    let machine = try machine()
    let before = try bytes(machine, sysfs + "config")
    let expression = assignments.contains(",") ? "fc.l" : "100.l"
    #expect(
      throws: RegisterWriteFailure(
        description: "0000:00:02.0 \(expression) 0x100 cannot be read: the kernel has 256 bytes of "
          + "the function: no extended configuration space")
    ) { try writes(assignments.split(separator: " ").map(String.init), machine).perform() }
    #expect(try bytes(machine, sysfs + "config") == before)
  }

  @Test func `procfs is written where sysfs does not have the file`() throws {
    let machine = try machine()
    try machine.remove(sysfs + "config")
    let report = try writes(["CACHE_LINE_SIZE=8"], machine).perform()
    #expect(report.results.map(\.readBack) == [8])
    #expect(try bytes(machine, "proc/bus/pci/00/02.0")[0xC] == 8)
  }

  @Test func `a write by ports takes a confirmation, whatever the register`() throws {
    func caution(_ hazard: WriteHazard?, isUnlocked: Bool) throws -> String? {
      RegisterWrites.Write(
        expression: try RegisterExpression("40.b"),
        access: try ConfigurationAccess(FunctionAddress(routingID: 0x10), 0x40, .byte),
        value: RegisterAssignment.Value(0, mask: 0xFF), hazard: hazard, found: 0,
        mode: nil, isUnlocked: isUnlocked
      ).caution
    }
    let ports = "written by ports, without the kernel's lock: it may hit another register"
    #expect(try caution(nil, isUnlocked: false) == nil)
    #expect(try caution(nil, isUnlocked: true) == ports)
    #expect(
      try caution(.command, isUnlocked: false)
        == "the command register: the function may stop")
    #expect(
      try caution(.command, isUnlocked: true)
        == "the command register: the function may stop; \(ports)")
  }

  @Test func `hazards are told for each register of a list`() throws {
    let machine = try machine()
    #expect(
      try writes(["c.l=0,0", "COMMAND=0", "CAP_EXP+8.w=0"], machine).writes.map(\.hazard)
        == [.builtInSelfTest, .baseAddress, .command, .functionReset])
  }
}

struct WriteRefusalTests {
  private func refusal(
    _ call: String, _ number: Int32, _ change: (RecordedMachine) throws -> Void = { _ in }
  ) throws -> String {
    let machine = try RecordedMachine.q35()
    try change(machine)
    let failure = SystemFailure(call, "/sys/bus/pci/devices/0000:00:02.0/config", .errno(number))
    return AccessDiagnosis.ofWrite(failure, SystemFacts(try Host(recordedAt: machine.root))).line
  }

  @Test func `the cause and the remedy of a refusal`() throws {
    #expect(
      try refusal("write", EPERM) {
        try $0.write("sys/kernel/security/lockdown", "none [integrity] confidentiality")
      } == "the kernel is locked down (integrity): it forbids this to everybody, root too; "
        + "boot without lockdown: no lockdown= option, Secure Boot off")
    #expect(
      try refusal("write", EPERM) { try $0.remove("sys/kernel/security/lockdown") }
        == "the kernel is likely locked down, which cannot be seen here; "
        + "mount securityfs on /sys/kernel/security and look at its file lockdown")
    #expect(
      try refusal("open", EACCES) {
        try $0.write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0")
      } == "not root: only root may write registers; run it as root (sudo pcicfg write)")
    #expect(
      try refusal("open", EACCES) {
        try $0.write("proc/self/uid_map", "         0       1000          1")
      } == "root, but only within a user namespace: a rootless container; "
        + "run it as root outside the container")
    #expect(
      try refusal("open", EACCES) == "a security module (SELinux, AppArmor) may forbid it")
    #expect(
      try refusal("open", EROFS)
        == "/sys is mounted for reading only, as in a container; "
        + "run it outside the container, or as root: mount -o remount,rw /sys")
    #expect(try refusal("write", EIO) == "the system gives no reason that is known here")
  }
}
