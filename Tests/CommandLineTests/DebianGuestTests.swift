import PCIConfig
import TestSupport
import Testing

/// What is expected of a guest.
extension DebianGuest {
  /// The functions that the kernel knows. Without ECAM it does not see what makes virtual functions.
  fileprivate var functionCount: Int { machine == .pc ? 7 : self == .withoutECAM ? 16 : 18 }

  /// Whether the kernel uses ECAM.
  fileprivate var usesECAM: Bool { machine == .q35 && self != .withoutECAM }

  /// The functions with extended registers that the kernel reaches.
  fileprivate var extendedCount: Int { usesECAM ? 12 : 0 }

  /// Why root is refused writes in a mode, and reads in a raw one, in words of the explanation; `nil`
  /// where it is not.
  fileprivate func refusal(of mode: String) -> [String]? {
    switch (mode, self) {
    case (_, .lockedDown): ["the kernel is locked down (integrity)", "boot without lockdown"]
    case ("ecam", .q35):
      ["the kernel is built with CONFIG_STRICT_DEVMEM", "boot with iomem=relaxed"]
    case ("ecam", .pc): ["no ECAM region found"]
    default: nil
    }
  }

  /// What each mode reaches below 0x100 and from there on.
  fileprivate func reach(isRoot: Bool) -> [String: [String]] {
    let file = [
      isRoot ? "works" : "header-only", usesECAM ? (isRoot ? "works" : "refused") : "nothing-there",
    ]
    func raw(_ mode: String) -> String {
      mode == "ecam" && machine == .pc
        ? "missing" : isRoot && refusal(of: mode) == nil ? "works" : "refused"
    }
    return [
      "sysfs": file, "procfs": file, "conf1": [raw("conf1"), "out-of-reach"],
      "ecam": [raw("ecam"), raw("ecam")],
    ]
  }
}

/// `pcicfg` in guests with a kernel that people use, as root and as a user without rights.
@Suite(.needsQEMU, .needsDebianGuest)
struct DebianGuestTests {
  @Test(arguments: DebianGuest.all)
  func `lists are lspci's`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    for name in ["list", "machine-list", "tree"] {
      let lspci = try report["\(name)-lspci"]
      #expect(lspci.status == .exited(0))
      #expect(
        try report[name] == Tool.Outcome(status: .exited(0), output: lspci.output, errors: ""))
    }
    #expect(try functions(report).count == guest.functionCount)
    #expect(try report["list"].output.contains("\tKernel modules: virtio_pci\n"))
    #expect(try report["user-list"] == report["list"])
  }

  @Test(arguments: DebianGuest.all)
  func `the dump is lspci's in every mode, byte for byte`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let count = guest.functionCount
    func same(_ extended: Int) -> Tool.Outcome {
      Tool.Outcome(status: .exited(0), output: "\(count) \(extended)\n", errors: "")
    }
    #expect(try report["dump"] == same(guest.extendedCount))
    #expect(try report["dump-procfs"] == same(guest.extendedCount))
    for mode in ["conf1", "ecam"] {
      let outcome = try report["dump-\(mode)"]
      if let words = guest.refusal(of: mode) {
        expectRefusal(outcome, mode, words)
      } else {
        #expect(outcome == same(0))
      }
    }
    let extended = try report["dump-ecam-extended"]
    if guest == .relaxed { #expect(extended == same(guest.extendedCount)) }
    // Past the kernel, which reaches none of them.
    if guest == .withoutECAM { #expect(extended.output == "\(count) 10\n") }
  }

  /// `pci=nommconf` takes ECAM from the kernel, and so from the policy that does as Linux does.
  @Test(arguments: DebianGuest.all)
  func `a policy serves each register by the mechanism that it selects`(
    guest: DebianGuest
  ) async throws {
    let report = try await guest.report()
    let count = guest.functionCount
    for policy in ["linux", "verified"] {
      let dump = try report["dump-\(policy)"]
      let accesses = try report["access-\(policy)"]
      switch guest {
      case .lockedDown:
        for outcome in [dump, accesses] {
          #expect(outcome.status == .exited(2))
          #expect(outcome.output == "")
          #expect(outcome.errors.hasPrefix("pcicfg: --policy \(policy): conf1: ioperm "))
          #expect(outcome.errors.contains("the kernel is locked down (integrity)"))
        }
      case .q35:
        // Mechanism 1 works, and what is left to ECAM is refused: nothing falls back on sysfs.
        #expect(accesses.status == .exited(1))
        #expect(accesses.errors.contains("mmap /dev/mem at 0x"))
        #expect(accesses.errors.contains("CONFIG_STRICT_DEVMEM"))
        #expect(
          !(try report.document("access-\(policy)", DumpOutput.self).accesses
            .contains { $0.contains("sysfs") }))
      case .relaxed:
        #expect(
          dump
            == Tool.Outcome(
              status: .exited(0), output: "\(count) \(guest.extendedCount)\n", errors: ""))
        let mode = policy == "linux" ? "conf1" : "ecam"
        #expect(
          try report.document("access-\(policy)", DumpOutput.self).accesses
            == [[mode, "ecam"], [mode, "none"]])
      case .withoutECAM where policy == "verified":
        // Past the kernel, which reaches no extended registers.
        #expect(
          try report.document("access-\(policy)", DumpOutput.self).accesses
            == [["ecam", "ecam"], ["ecam", "none"]])
      default:
        #expect(
          dump == Tool.Outcome(status: .exited(0), output: "\(count) 0\n", errors: ""))
        #expect(
          try report.document("access-\(policy)", DumpOutput.self).accesses == [["conf1", "none"]])
      }
    }
    expectRefusal(
      try report["user-policy"], "--policy linux: conf1",
      ["not root: this needs CAP_SYS_RAWIO", "run it as root (sudo)"])
  }

  @Test func `a policy whose mechanisms are refused is not verified`() async throws {
    let report = try await DebianGuest.lockedDown.report()
    for policy in ["linux", "verified"] {
      #expect(try report["verify-\(policy)"].status == .exited(2))
      #expect(
        try report["verify-\(policy)"].errors
          == "pcicfg: --policy \(policy): no function could be read\n")
      let document = try report.document("verify-\(policy)", VerifyOutput.self)
      #expect(
        document.notCompared.contains { $0.hasPrefix("policy \(policy): conf1: ioperm ") })
    }
  }

  @Test(arguments: [DebianGuest.relaxed, .withoutECAM, .pc])
  func `what a policy selects is compared with sysfs`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let files = try report.document("verify", VerifyOutput.self).compared(through: "procfs")
    let conventional = files.mapValues { _ in 64 }
    let extended = files.compactMapValues { $0 > 64 ? $0 - 64 : nil }
    let linux = try report.document("verify-linux", VerifyOutput.self)
    let verified = try report.document("verify-verified", VerifyOutput.self)
    for document in [linux, verified] {
      #expect(document.functions.flatMap(\.comparisons).flatMap(\.different) == [])
      #expect(document.compared(through: "procfs") == files)
    }
    #expect(linux.compared(through: "conf1") == conventional)
    #expect(linux.compared(through: "ecam") == (guest == .relaxed ? extended : [:]))
    #expect(verified.compared(through: "conf1") == (guest == .pc ? conventional : [:]))
    #expect(verified.compared(through: "ecam") == (guest == .pc ? [:] : files))
  }

  @Test(arguments: DebianGuest.all)
  func `the kernel's log agrees with what probe tells of it`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let log = KernelLog(try report["log"].output)
    #expect(log.usesMechanism1)
    #expect((log.region != nil) == guest.usesECAM)
    for name in ["probe", "user-probe"] {
      let probe = try report.document(name, ProbeOutput.self)
      #expect(probe.hypervisor == ProbeOutput.Hypervisor(decision: "tcg", isGuest: true))
      #expect(
        probe.kernel
          == ProbeOutput.Kernel(
            conventional: .init(mechanism: "conf1", certainty: "certain"),
            extended: log.region == nil
              ? .init(mechanism: "none", certainty: "likely")
              : .init(mechanism: "ecam", certainty: "certain")))
    }
    let used = try report.document("probe", ProbeOutput.self).ecam.regions
      .filter { $0.vouchers.contains { $0.kind == "kernel" } }
      .map { [$0.firstAddress, $0.lastAddress] }
    let logged = log.region.map {
      ["0x\(hexadecimal($0.lowerBound, digits: 8))", "0x\(hexadecimal($0.upperBound, digits: 8))"]
    }
    #expect(used == [logged].compactMap { $0 })
  }

  @Test(arguments: DebianGuest.all)
  func `probe tells which modes work, and what is in the way`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let probe = try report.document("probe", ProbeOutput.self)
    #expect(probe.reach == guest.reach(isRoot: true))
    for mode in probe.modes where mode.conventional == "refused" {
      for words in try #require(guest.refusal(of: mode.mode)) {
        #expect((mode.causes + mode.remedies).contains { $0.contains(words) }, "\(mode)")
      }
    }
    let user = try report.document("user-probe", ProbeOutput.self)
    #expect(user.reach == guest.reach(isRoot: false))
    for mode in user.modes where mode.conventional == "refused" {
      #expect(mode.causes.contains("not root: this needs CAP_SYS_RAWIO"))
      #expect(mode.remedies.contains("run it as root (sudo)"))
    }
  }

  /// Where every function could be compared the default policy takes ECAM for all.
  @Test(arguments: DebianGuest.all)
  func `what agrees through both mechanisms is decided for ECAM`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let functions = try functions(report)
    let probe = try report.document("probe", ProbeOutput.self)
    let isCompared = guest.reach(isRoot: true)["ecam"] == ["works", "works"]
    #expect(probe.comparison.agreeing == (isCompared ? functions : []))
    #expect(probe.comparison.differing == [])
    #expect(
      probe.decision.conventional.map(\.mechanism) == [isCompared ? "ecam" : "conf1"])
    #expect(
      probe.decision.extended.map(\.mechanism) == [guest.machine == .q35 ? "ecam" : "refused"])
    for choice in probe.decision.conventional + probe.decision.extended {
      #expect(choice.functions == functions)
    }
  }

  @Test(arguments: DebianGuest.all)
  func `verify finds no difference in any mode`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let functions = try functions(report)
    let files = try report.document("verify", VerifyOutput.self)
    #expect(try report["verify"].status == .exited(0))
    let compared = files.compared(through: "procfs")
    #expect(compared.keys.sorted() == functions)
    #expect(compared.values.count { $0 == 1024 } == guest.extendedCount)
    #expect(compared.values.count { $0 == 64 } == guest.functionCount - guest.extendedCount)
    for mode in ["conf1", "ecam"] {
      let outcome = try report["verify-\(mode)"]
      let document = try report.document("verify-\(mode)", VerifyOutput.self)
      #expect(document.compared(through: "procfs") == compared)
      #expect(document.functions.flatMap(\.comparisons).flatMap(\.different) == [])
      #expect(document.findings.map(\.tag) == (guest == .withoutECAM ? ["mcfg-not-used"] : []))
      guard let words = guest.refusal(of: mode) else {
        #expect(outcome.status == .exited(0))
        #expect(outcome.errors == "")
        #expect(
          document.compared(through: mode)
            == (mode == "ecam" ? compared : compared.mapValues { _ in 64 }))
        continue
      }
      #expect(outcome.status == .exited(2))
      #expect(outcome.errors == "pcicfg: --raw \(mode): no function could be read\n")
      #expect(document.compared(through: mode) == [:])
      for words in guest == .pc ? ["no region is known"] : words {
        #expect(document.notCompared.contains { $0.hasPrefix(mode) && $0.contains(words) })
      }
    }
  }

  @Test(arguments: [DebianGuest.relaxed, .lockedDown])
  func `a snapshot shows what the machine shows, also when all writes are taken back`(
    guest: DebianGuest
  ) async throws {
    let report = try await guest.report()
    #expect(try report["snapshot"].status == .exited(0))
    #expect(try report["snapshot-list"] == report["list"])
    let live = try report.document("probe", ProbeOutput.self)
    let probe = try report.document("snapshot-probe", ProbeOutput.self)
    #expect(probe.hypervisor == live.hypervisor)
    #expect(probe.kernel == live.kernel)
    #expect(probe.reach == live.reach)
    #expect(probe.comparison.agreeing == live.comparison.agreeing)
    let verify = try report.document("snapshot-verify", VerifyOutput.self)
    let throughECAM = try report.document("verify-ecam", VerifyOutput.self)
    #expect(verify.compared(through: "ecam") == throughECAM.compared(through: "ecam"))
    #expect(verify.findings.map(\.tag) == throughECAM.findings.map(\.tag))
    // By mechanism 1 it reads no more than probe does.
    #expect(verify.compared(through: "conf1").values.allSatisfy { $0 == 1 })
    let diff = try report["snapshot-diff"]
    #expect(diff.status == .exited(0))
    #expect(diff.output.hasPrefix("a  /tmp/snapshot\nb  live\n\nNo difference\n"))
    // The live machine is not accessed directly.
    #expect(
      diff.output.contains(
        "\n  live does not have: access mode conf1 0x00-0xff, access mode ecam 0x00-0xff,\n"))
  }

  @Test(arguments: DebianGuest.all)
  func `bench measures what both mechanisms cost, with the kernel and past it`(guest: DebianGuest)
    async throws
  {
    let report = try await guest.report()
    #expect(try report["bench"].status == .exited(0))
    func costs(_ mode: String, below: String, from: String = "ecam") -> [BenchOutput.Cost] {
      [("0x00", below), ("0x100", from)].prefix(guest.usesECAM ? 2 : 1).map { register, mechanism in
        .init(mode: mode, register: register, mechanism: mechanism, reads: 2000)
      }
    }
    let files = costs("sysfs", below: "conf1") + costs("procfs", below: "conf1")
    let bench = try report.document("bench", BenchOutput.self)
    #expect(bench.costs == files)
    // What is emulated does not exit.
    #expect(bench.window.verdict == "not-judged")
    let raw = [
      "conf1": [costs("conf1", below: "conf1")[0]], "ecam": costs("ecam", below: "ecam"),
    ]
    for (mode, raw) in raw {
      let outcome = try report["bench-\(mode)"]
      let measured = try report.document("bench-\(mode)", BenchOutput.self).costs
      if let words = guest.refusal(of: mode) {
        #expect(measured == files)
        #expect(outcome.status == .exited(2))
        for words in words { #expect(outcome.errors.contains(words)) }
      } else {
        #expect(measured == files + raw)
        #expect(outcome.status == .exited(0))
      }
    }
  }

  @Test(arguments: DebianGuest.all)
  func `a write reaches setpci, and is taken back`(guest: DebianGuest) async throws {
    let report = try await guest.report()
    let address = try #require(try functions(report).last { $0.hasSuffix(":01.0") })
    for (name, mode) in [
      ("header", "sysfs"), ("header-procfs", "procfs"), ("header-conf1", "conf1"),
      ("header-ecam", "ecam"),
      ("header-policy", guest == .relaxed || guest == .withoutECAM ? "ecam" : "conf1"),
    ] {
      try expectWrite(
        name, guest.refusal(of: mode), "\(address) INTERRUPT_LINE.b 0x3c", "00", "5a", report)
    }
    guard guest.usesECAM else { return }
    for (name, mode) in [("extended", "sysfs"), ("extended-ecam", "ecam")] {
      try expectWrite(
        name, guest.refusal(of: mode), "0000:01:00.0 ECAP_AER+14.l 0x114", "0000e000", "000001c1",
        report)
    }
  }

  @Test func `a register that the kernel does not reach is written through ECAM alone`()
    async throws
  {
    let report = try await DebianGuest.withoutECAM.report()
    #expect(
      try report["extended-write"]
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors: "pcicfg: 0000:01:00.0 ECAP_AER+14.l: ECAP_AER was not found, and the list cannot "
            + "be followed to its end: 0x100 cannot be read: the kernel has 256 bytes of the "
            + "function: no extended configuration space; nothing was written\n"))
    #expect(
      try report["extended-ecam-write"]
        == Tool.Outcome(
          status: .exited(0),
          output: "0000:01:00.0 ECAP_AER+14.l 0x114: 0000e000 -> 000001c1\n", errors: ""))
  }

  @Test(arguments: DebianGuest.all)
  func `a user without rights writes nothing and gets nowhere past the kernel`(
    guest: DebianGuest
  ) async throws {
    let report = try await guest.report()
    let write = try report["user-write"]
    #expect(write.status == .exited(2))
    #expect(write.output == "")
    #expect(
      write.errors.hasSuffix(
        "/config: EACCES (Permission denied): not root: only root may write registers; "
          + "run it as root (sudo pcicfg write)\n"))
    let rights = ["not root: this needs CAP_SYS_RAWIO", "run it as root (sudo)"]
    expectRefusal(try report["user-conf1"], "conf1", rights)
    expectRefusal(
      try report["user-ecam"], "ecam",
      guest == .pc ? try #require(guest.refusal(of: "ecam")) : rights)
  }

  @Test func `without /proc a static program says so, too`() async throws {
    #expect(
      try await DebianGuest.pc.report()["without-proc"]
        == Tool.Outcome(
          status: .exited(2), output: "",
          errors:
            "pcicfg: /proc is not mounted: expected it, as the arguments are read from there\n"
        ))
  }

  /// The addresses that lspci lists.
  private func functions(_ report: DebianReport) throws -> [String] {
    try report["list-lspci"].output.split(separator: "\n").filter { !$0.hasPrefix("\t") }
      .map { "0000:\($0.prefix { $0 != " " })" }
  }

  private func expectRefusal(_ outcome: Tool.Outcome, _ mode: String, _ words: [String]) {
    #expect(outcome.status == .exited(2))
    #expect(outcome.output == "")
    #expect(outcome.errors.hasPrefix("pcicfg: \(mode): "))
    for words in words { #expect(outcome.errors.contains(words)) }
  }

  private func expectWrite(
    _ name: String, _ refusal: [String]?, _ register: String, _ old: String, _ new: String,
    _ report: DebianReport
  ) throws {
    func ended(_ output: String) -> Tool.Outcome {
      Tool.Outcome(status: .exited(0), output: output + "\n", errors: "")
    }
    #expect(try report["\(name)-old"] == ended(old))
    if let refusal {
      let write = try report["\(name)-write"]
      #expect(write.status == .exited(2))
      #expect(write.output == "")
      for words in refusal { #expect(write.errors.contains(words)) }
      #expect(try report["\(name)-new"] == ended(old))
    } else {
      #expect(try report["\(name)-write"] == ended("\(register): \(old) -> \(new)"))
      #expect(try report["\(name)-new"] == ended(new))
      #expect(try report["\(name)-restore"] == ended("\(register): \(new) -> \(old)"))
    }
    #expect(try report["\(name)-restored"] == ended(old))
  }
}
