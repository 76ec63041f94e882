import GuestKit

/// What is said on standard error, and the exit status that goes with it.
struct Complaint: Error {
  var text: String
  var status: Int32

  static func usage(_ error: Selection.Failure) -> Complaint {
    Complaint(text: error.description, status: 64)
  }

  static func cannotRun(_ text: String) -> Complaint { Complaint(text: text, status: 2) }
}
