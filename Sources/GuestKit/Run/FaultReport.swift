import GuestProtocol

/// An exception that ended a guest, as a person wants to read it.
public struct FaultReport: Equatable, Codable, Sendable {
  /// The exception's mnemonic, such as `#PF`.
  public var exception: String
  /// The error code.
  public var error: UInt64
  /// The address of the instruction.
  public var instruction: UInt64
  /// The address that was accessed, for a page fault.
  public var accessed: UInt64?
  /// The project's own frames, the innermost first: `FILE:LINE in FUNCTION`.
  public var frames: [String]
  /// What Swift's runtime found wrong, such as `arithmetic overflow`.
  public var failure: String?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - fault: What the guest said.
  ///   - lines: Where the image's code comes from.
  public init(_ fault: Fault, lines: SourceLines) {
    exception = fault.mnemonic
    error = fault.error
    instruction = fault.instruction
    accessed = fault.vector == 14 ? fault.address : nil
    let frames = lines.frames(at: fault.instruction)
    self.frames = frames.filter(\.isOwn).map { "\($0.file):\($0.line) in \($0.function)" }
    let prefix = "Swift runtime failure: "
    failure = frames.first { $0.function.hasPrefix(prefix) }
      .map { String($0.function.dropFirst(prefix.count)) }
  }
}

extension FaultReport: CustomStringConvertible {
  /// What happened where, in one line.
  public var description: String {
    var text = "exception \(exception)"
    if let failure { text += " (\(failure))" }
    if frames.isEmpty {
      text += " at 0x" + String(instruction, radix: 16)
    } else {
      text += " at " + frames.prefix(3).joined(separator: ", from ")
    }
    if let accessed { text += ", accessed 0x" + String(accessed, radix: 16) }
    return text
  }
}
