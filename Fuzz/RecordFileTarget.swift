@testable import LinuxHost
@testable import PCIConfig

extension FuzzTarget {
  /// The two files of a record that no kernel has: CPUID leaves, and behind a zero byte answers.
  static let recordFiles = FuzzTarget(
    name: "record-files",
    seeds: {
      let answers = """
        ioperm 0xcf8-0xcff: ok
        conf1 CONFIG_ADDRESS: 0x80000000
        conf1 0000:00:00.0 0x00: 0x29c08086
        open /dev/mem: EPERM (Operation not permitted)
        ecam 0000:00:00.0 0x00: SIGBUS (Bus error)

        """
      let failures: [SystemFailure.Cause] = [
        .errno(1), .errno(95), .errno(133), .signal(7), .signal(6), .endOfFile,
        .irregularFile,
      ]
      // Version 1 and version 2.
      let refusals = failures.flatMap { cause in
        let answer = RawRequest.openMemory.failed(cause)
        return ["\(answer)\n", RecordedAnswers.text([answer])]
      }
      let version2 = RecordedAnswers.text([
        RawRequest.portPermission.answered(.known(0)),
        RawRequest.configAddress.answered(.known(0x8000_0000)),
        RawRequest.mechanism1(.hostBridge, .vendorID).answered(.known(0x29C0_8086)),
        RawRequest.map(0xB000_0000).answered(.known(0)),
        RawRequest.ecam(.hostBridge, .vendorID).failed(.signal(7)),
        RawRequest.open("a\nb\\c").failed(.errno(13)), RawRequest.size("x").answered(.known(64)),
      ])
      return RecordedIdentities.all.map { Array($0.utf8) + [0] }
        + (refusals + [answers, version2]).map { [0] + Array($0.utf8) }
    },
    words: [
      "CPU 1:", "0x", " eax=0x", " ebx=0x", " ecx=0x", " edx=0x", "0x00000001 0x00: ",
      "0x40000000 0x00: ", "0x40000003 0x00: ", "0x80000000 0x00: ", "0x8000001f 0x00: ",
      "0x00000021 0x00: ", "ebx=0x7263694d ecx=0x666f736f edx=0x76482074",
      "ebx=0x756e694c ecx=0x564b2078 edx=0x7648204d", "ioperm 0xcf8-0xcff: ",
      "conf1 CONFIG_ADDRESS: ", "conf1 0000:00:00.0 0x00: ", "open /dev/mem: ",
      "ecam 0000:00:00.0 0x00: ", "pcicfg-answers 2\n", "port-permission ", "config-address ",
      "conf1 0x00000000 0000:00:00.0 0x00", "ecam 0x00000000 0000:00:00.0 0x00", "open-memory ",
      "map-memory ok 0x", "sev-status ", "open EACCES ", "read EIO ", "size 0x00000040 ", "ok",
      "EPERM", "EACCES", "SIGSEGV", "EOF", "errno=", "signal=",
      ": ",
    ],
    run: { bytes in
      let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
      return leaves(parts[0]) + (parts.count > 1 ? answers(parts[1]) : 0)
    })

  private static func leaves(_ text: String) -> Int {
    let record = CPUIDRecord(text: text)
    let detection = HypervisorDetection(record)
    let confidential = ConfidentialDetection(record)
    // Of several processors the first counts.
    let doubled = CPUIDRecord(text: text + "\n" + text)
    for leaf: UInt32 in [1, 0x4000_0000, 0x4000_0100, 0x8000_001F] {
      precondition(doubled.cpuid(leaf: leaf, subleaf: 0) == record.cpuid(leaf: leaf, subleaf: 0))
    }
    precondition(record.isEmpty == doubled.isEmpty)
    let bit = record.cpuid(leaf: 1, subleaf: 0).ecx >> 31
    precondition((detection.verdict == .bareMetal) == (bit == 0))
    return detection.reasons.count + (confidential == .offersSEV ? 1 : 0)
  }

  private static func answers(_ text: String) -> Int {
    guard let record = try? RecordedAnswers(text: text) else { return 0 }
    var count = 0
    for request in [
      .portPermission, .configAddress, .openMemory, .mechanism1(.hostBridge, .vendorID),
      RawRequest.ecam(.hostBridge, .vendorID),
    ] {
      let answer = record.answer(to: request)
      precondition(answer.request == request)
      let again = try? RecordedAnswers(text: RecordedAnswers.text([answer]))
      precondition(again?.damagedLines == [] && again?.answer(to: request) == answer)
      if case .known = answer.answer { count += 1 }
    }
    return count
  }
}
