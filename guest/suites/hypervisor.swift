// What CPUID says about the hypervisor, and whether the core, running here as it does on a host,
// draws the right conclusion from it.

import GuestProtocol
import PCIConfig
import Runtime

private let processor = Processor()
private let firstBase: UInt32 = 0x4000_0000

/// The hypervisor leaves that somebody read.
private final class LeafLog {
  var leaves: [UInt32] = []
}

/// The processor, with a log of the hypervisor leaves that are read beside the bases.
private struct WatchedProcessor: CPUIDSource {
  let log: LeafLog

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    if leaf >= firstBase, leaf & 0xFF != 0 { log.leaves.append(leaf) }
    return processor.cpuid(leaf: leaf, subleaf: subleaf)
  }
}

/// The processor, with CPUID.1:ECX[31] clear and a log of every hypervisor leaf that is read.
private struct HidingProcessor: CPUIDSource {
  let log: LeafLog

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    if leaf >= firstBase { log.leaves.append(leaf) }
    var registers = processor.cpuid(leaf: leaf, subleaf: subleaf)
    if leaf == 1 { registers.ecx &= ~(1 << 31) }
    return registers
  }
}

/// The processor with Hyper-V's leaves first and its own signature behind them, as KVM and Xen do
/// it to please Windows.
private struct EnlightenedProcessor: CPUIDSource {
  let signature: HypervisorSignature

  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters {
    switch leaf {
    case firstBase:
      CPUIDRegisters(eax: firstBase + 5, ebx: 0x7263_694D, ecx: 0x666F_736F, edx: 0x7648_2074)
    case firstBase + 0x100:
      CPUIDRegisters(
        eax: leaf + 1, ebx: signature.ebx, ecx: signature.ecx, edx: signature.edx)
    // A base that nobody answers at; the processor would cost an exit each time.
    case let base where base > firstBase && base & 0xFF == 0:
      CPUIDRegisters(eax: 0, ebx: 0, ecx: 0, edx: 0)
    default: processor.cpuid(leaf: leaf, subleaf: subleaf)
    }
  }
}

nonisolated(unsafe) private let log = LeafLog()
private let detection = HypervisorDetection(WatchedProcessor(log: log))

private func interface() throws(Missing) -> HypervisorInterface {
  guard let last = detection.interfaces.last else { throw Missing("hypervisor-bit") }
  return last
}

private func name(_ verdict: HypervisorDetection.Verdict) -> ReportedValue {
  switch verdict {
  case .bareMetal: .text("bare-metal")
  case .guest(let hypervisor): .bytes(hypervisor.name.withUTF8Buffer { Array($0) })
  case .host: .text("host")
  case .unknown: .text("unknown")
  case .unnamed: .text("unnamed")
  }
}

/// The checks of the suite.
public let checks: [Check] = [
  Check(observing: "hypervisor.bit.set", "AMD APM 3 Fn0000_0001_ECX") {
    .decimal(UInt64(processor.cpuid(leaf: 1, subleaf: 0).ecx >> 31))
  },
  Check(observing: "hypervisor.signature.text", "AMD APM 3 Fn4000_0000") {
    () throws(Missing) in
    let signature = try interface().signature
    return .bytes((0..<12).map { signature[$0] })
  },
  Check("hypervisor.signature.stable", "AMD APM 3 Fn4000_0000", wants: .count(0)) {
    () throws(Missing) in
    // Without the bit the leaf is none of a hypervisor's, and processors may return any other.
    guard processor.cpuid(leaf: 1, subleaf: 0).ecx >> 31 == 1 else {
      throw Missing("hypervisor-bit")
    }
    let first = processor.cpuid(leaf: firstBase, subleaf: 0)
    var differences = 0
    for subleaf in UInt32(0)..<16 {
      let ecx = subleaf % 2 == 0 ? subleaf : ~subleaf
      if processor.cpuid(leaf: firstBase, subleaf: ecx) != first { differences += 1 }
    }
    return .count(differences)
  },
  Check("hypervisor.leaves.maximum", "Linux kvm/x86/cpuid.rst") {
    () throws(Missing) in
    let base = try interface().base
    let maximum = processor.cpuid(leaf: base, subleaf: 0).eax
    return .expect(
      "0, or 0 to 255 above the base", .bits32(maximum),
      maximum == 0 || maximum >= base && maximum - base < 0x100)
  },
  Check(observing: "hypervisor.leaves.beyond-maximum", "Intel SDM 2A CPUID") {
    () throws(Missing) in
    .bits32(processor.cpuid(leaf: try interface().maximumLeaf + 1, subleaf: 0).eax)
  },
  Check(observing: "hypervisor.leaves.features", "Linux kvm/x86/cpuid.rst") {
    () throws(Missing) in
    guard let features = try interface().leaf(1, of: processor) else {
      throw Missing("hypervisor-features")
    }
    return .bits32(features.eax)
  },
  Check("hypervisor.detection.name", "hypervisors.yml") {
    let saw = name(detection.verdict)
    return parameters.hypervisor.isEmpty
      ? .observed(saw) : .compare(.bytes(parameters.hypervisor), saw)
  },
  Check(
    "hypervisor.detection.within-maximum", "Linux kvm/x86/cpuid.rst",
    wants: .count(0)
  ) {
    let interfaces = detection.interfaces
    var beyond = 0
    for leaf in log.leaves
    where !interfaces.contains(where: { $0.base < leaf && leaf <= $0.maximumLeaf }) {
      beyond += 1
    }
    return .count(beyond)
  },
  // Without the bit a hypervisor leaf returns the data of another one on Intel's processors.
  Check("hypervisor.detection.bit-clear", "AMD APM 3 Fn0000_0001_ECX") {
    let log = LeafLog()
    let verdict = HypervisorDetection(HidingProcessor(log: log)).verdict
    return .expect(
      "bare-metal, no leaf read", name(verdict),
      verdict == .bareMetal && log.leaves.isEmpty)
  },
  Check("hypervisor.detection.behind-hyper-v", "Linux asm/cpuid/api.h") {
    () throws(Missing) in
    let own = try interface()
    guard own.hypervisor != nil else { throw Missing("hypervisor-name") }
    let enlightened = EnlightenedProcessor(signature: own.signature)
    return .compare(name(detection.verdict), name(HypervisorDetection(enlightened).verdict))
  },
]
