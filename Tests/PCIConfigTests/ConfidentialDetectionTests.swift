import PCIConfig
import Testing

/// A processor whose other leaves return zeros.
private struct RecordedCPUID: CPUIDSource {
  var leaves: [UInt32: CPUIDRegisters]

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    leaves[leaf] ?? CPUIDRegisters()
  }
}

private let tdx = CPUIDRegisters(ebx: 0x6574_6E49, ecx: 0x2020_2020, edx: 0x5844_546C)
private let hyperV = CPUIDRegisters(
  eax: 0x4000_000C, ebx: 0x7263_694D, ecx: 0x666F_736F, edx: 0x7648_2074)

private func detect(
  isGuest: Bool = true, basic: UInt32 = 0x21, _ leaves: [UInt32: CPUIDRegisters]
) -> ConfidentialDetection {
  let processor = RecordedCPUID(
    leaves: leaves.merging([
      0: CPUIDRegisters(eax: basic), 1: CPUIDRegisters(ecx: isGuest ? 1 << 31 : 0),
    ]) { first, _ in first })
  return ConfidentialDetection(processor)
}

@Suite struct ConfidentialDetectionTests {
  @Test func `TDX names itself in leaf 0x21`() {
    #expect(detect([0x21: tdx]) == .guest(.tdx, leaf: 0x21))
    #expect(detect(basic: 0x20, [0x21: tdx]) == .notOffered)
    // The order of the other signatures.
    let swapped = CPUIDRegisters(ebx: tdx.ebx, ecx: tdx.edx, edx: tdx.ecx)
    #expect(detect([0x21: swapped]) == .notOffered)
  }

  @Test(
    arguments: [
      (0, .notOffered), (1, .notOffered), (2, .guest(.sevSNP, leaf: 0x4000_000C)),
      (3, .guest(.tdx, leaf: 0x4000_000C)), (0xFF2, .guest(.sevSNP, leaf: 0x4000_000C)),
    ] as [(UInt32, ConfidentialDetection)])
  func `Hyper-V tells the kind of isolation`(
    configuration: UInt32, wanted: ConfidentialDetection
  ) {
    let isolated: [UInt32: CPUIDRegisters] = [
      0x4000_0000: hyperV, 0x4000_0003: CPUIDRegisters(ebx: 1 << 22),
      0x4000_000C: CPUIDRegisters(ebx: configuration),
    ]
    #expect(detect(isolated) == wanted)
    var plain = isolated
    plain[0x4000_0003] = CPUIDRegisters(ebx: 0)
    #expect(detect(plain) == .notOffered)
    var old = isolated
    old[0x4000_0000]?.eax = 0x4000_000B
    #expect(detect(old) == .notOffered)
    var other = isolated
    other[0x4000_0000] = CPUIDRegisters(eax: 0x4000_000C, ebx: 0x4B4D_564B)
    #expect(detect(other) == .notOffered)
  }

  @Test(
    arguments: [
      (true, 0x8000_001F, 0b10, .offersSEV), (true, 0x8000_001F, 0b1_1111, .offersSEV),
      (true, 0x8000_001F, 0b1, .notOffered), (true, 0x8000_001E, 0b10, .notOffered),
      (false, 0x8000_001F, 0b1_1111, .notOffered),
    ] as [(Bool, UInt32, UInt32, ConfidentialDetection)])
  func `SEV is offered to a guest, never concluded, and never of a host`(
    isGuest: Bool, maximum: UInt32, features: UInt32, wanted: ConfidentialDetection
  ) {
    #expect(
      detect(
        isGuest: isGuest,
        [
          0x8000_0000: CPUIDRegisters(eax: maximum), 0x8000_001F: CPUIDRegisters(eax: features),
        ]) == wanted)
  }

  @Test func `a host with all of it is no guest`() {
    #expect(
      detect(
        isGuest: false, [0x21: tdx, 0x4000_0000: hyperV, 0x4000_0003: CPUIDRegisters(ebx: 1 << 22)])
        == .notOffered)
  }

  @Test(
    arguments: [
      (0, nil), (1, .sev), (0b11, .sevES), (0b111, .sevSNP), (0b100, .sevSNP),
      (0xFFF8, nil), (0x1_0000_0000, nil),
    ] as [(UInt64, ConfidentialGuest?)])
  func `SEV_STATUS says what is active`(status: UInt64, kind: ConfidentialGuest?) {
    #expect(ConfidentialGuest(sevStatus: status) == kind)
  }

  @Test func `each kind has its name`() {
    #expect(
      ConfidentialGuest.allCases.map { "\($0.name)" } == ["SEV", "SEV-ES", "SEV-SNP", "TDX"])
  }
}
