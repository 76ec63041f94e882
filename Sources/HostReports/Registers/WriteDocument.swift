import HostPCI

/// What became of changes of registers as a document for programs.
public struct WriteDocument: Encodable, Sendable {
  struct Write: Encodable {
    let address: String
    let expression: String
    let register: String
    /// In bits.
    let width: Int
    let mask: String
    let old: String
    let new: String
    let readBack: String?
    /// The bits that do not read back as written.
    let differingBits: String
    let hazard: String?
    /// The mode in which it was written, or would be: `sysfs`, `procfs`, `conf1` or `ecam`.
    let access: String?
  }

  let schema = "pcicfg.write"
  let version = 1
  let dryRun: Bool
  let writes: [Write]
  let failure: String?

  /// Creates the document.
  public init(_ report: RegisterWriteReport) {
    dryRun = report.isDryRun
    failure = report.failure
    writes = report.results.map { result in
      let access = result.write.access
      let width = access.width
      return Write(
        address: "\(access.function)", expression: "\(result.write.expression)",
        register: "\(access.register)", width: width.bitCount,
        mask: width.text(result.write.value.mask), old: width.text(result.old),
        new: width.text(result.new), readBack: result.readBack.map(width.text),
        differingBits: width.text(result.differingBits),
        hazard: result.write.caution, access: result.mode?.rawValue)
    }
  }
}
