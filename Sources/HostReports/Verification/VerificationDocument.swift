import HostPCI
import PCIConfig

/// A ``Verification`` as a document for programs. Addresses and values are hexadecimal text.
public struct VerificationDocument: Encodable, Sendable {
  let schema = "pcicfg.verify"
  let version = 1
  /// Absent for the live machine.
  let record: String?
  /// How many registers of 4 bytes were read through two modes.
  let compared: Int
  /// How many the functions have, as far as the kernel's files tell.
  let known: Int
  let functions: [Function]
  let regions: [Region]
  let findings: [Finding]
  /// The functions that stay with mechanism 1, as ECAM shows them differently.
  let pinned: [String]
  let notCompared: [String]

  /// Makes the document.
  public init(_ verification: Verification) {
    record = verification.record?.description
    compared = verification.comparedCount
    known = verification.knownCount
    functions = verification.functions.map(Function.init)
    regions = verification.regions.map(Region.init)
    findings = verification.findings.map {
      Finding(
        tag: $0.tag, severity: $0.severity.rawValue, function: $0.function.map { "\($0)" },
        text: $0.text, advice: $0.advice)
    }
    pinned = verification.pinned.map { "\($0)" }
    notCompared = verification.notCompared
  }

  struct Function: Encodable {
    let address: String
    /// Absent where no mode reads it.
    let reference: String?
    let identical: Int
    let volatile: [String]
    let comparisons: [Comparison]

    init(_ function: FunctionVerification) {
      address = "\(function.address)"
      reference = function.reference?.rawValue
      identical = function.identicalCount
      volatile = function.volatile.map { "\($0)" }
      comparisons = function.comparisons.map(Comparison.init)
    }
  }

  struct Comparison: Encodable {
    let mode: String
    let compared: Int
    let different: [Difference]

    init(_ comparison: FunctionVerification.Comparison) {
      mode = comparison.mode.rawValue
      compared = comparison.compared
      different = comparison.differences.map {
        Difference(
          register: "\($0.register)", expected: AccessWidth.doubleword.text($0.expected),
          value: AccessWidth.doubleword.text($0.value))
      }
    }
  }

  struct Difference: Encodable {
    let register: String
    let expected: String
    let value: String
  }

  struct Region: Encodable {
    let base: String
    let segment: UInt32
    let startBus: UInt8
    let endBus: UInt8
    let vouchers: [String]

    init(_ window: ECAMWindow) {
      base = "0x" + hexadecimal(window.region.base, digits: 1)
      segment = window.region.segment
      startBus = window.region.buses.lowerBound
      endBus = window.region.buses.upperBound
      vouchers = window.vouchers.map(\.description)
    }
  }

  struct Finding: Encodable {
    let tag: String
    let severity: String
    let function: String?
    let text: String
    let advice: String
  }
}
