import LinuxHost
import PCIConfig

/// What became of changes of registers.
public struct RegisterWriteReport: Equatable, Sendable {
  /// What became of one.
  public struct Result: Equatable, Sendable {
    /// The change.
    public let write: RegisterWrites.Write
    /// The value before.
    public let old: UInt32
    /// The value that was written, or would be.
    public let new: UInt32
    /// The mode in which it was written, or for a dry run in which the old value was read.
    public let mode: AccessMode?
    /// The value behind; `nil` where it was not read back.
    public internal(set) var readBack: UInt32?

    /// The bits that were to be written and do not read back as they were written.
    public var differingBits: UInt32 { ((readBack ?? new) ^ new) & write.value.mask }

    /// For example `0000:00:1f.3 COMMAND.w 0x04: 0507 -> 0503`.
    fileprivate var text: String {
      let digits = write.access.width.byteCount * 2
      func number(_ value: UInt32) -> String { hexadecimal(value, digits: digits) }
      var text =
        "\(write.name): \(number(old)) -> \(number(new))"
      if let readBack, readBack != new { text += ", reads back \(number(readBack))" }
      return text
    }
  }

  /// Whether nothing was written, and only the old values were read.
  public let isDryRun: Bool
  /// What was done, in order.
  public internal(set) var results: [Result] = []
  /// Why the rest was not done: one line; `nil` where all was done.
  public internal(set) var failure: String?

  init(isDryRun: Bool) { self.isDryRun = isDryRun }

  /// What was done, a line each.
  public var text: String {
    results.map { result in
      guard isDryRun else { return "\(result.text)\n" }
      return result.text + (result.write.caution == nil ? "\n" : " (takes --yes)\n")
    }.joined()
  }

  /// What did not read back as it was written, a line each.
  public var findings: [String] {
    results.filter { $0.differingBits != 0 }.map { result in
      let digits = result.write.access.width.byteCount * 2
      return "\(result.write.name): bits \(hexadecimal(result.differingBits, digits: digits)) "
        + "do not read back as written: read-only, or cleared by writing 1"
    }
  }
}
