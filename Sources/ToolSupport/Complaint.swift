/// Why a program ends without its result.
public struct Complaint: Error, Equatable {
  /// One line: what, and why.
  public let text: String
  /// The exit status.
  public let status: Int32

  /// Creates a complaint.
  ///
  /// - Parameters:
  ///   - text: One line: what, and why.
  ///   - status: The exit status.
  public init(_ text: String, status: Int32) {
    self.text = text
    self.status = status
  }

  /// Something could not be run or looked at: status 2.
  public static func cannotRun(_ text: String) -> Complaint { Complaint(text, status: 2) }

  /// The command line asks for what there is not: status 64.
  public static func usage(_ text: String) -> Complaint { Complaint(text, status: 64) }
}
