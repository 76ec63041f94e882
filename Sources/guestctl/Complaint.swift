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

/// Writes to standard output; a reader that has gone away is no error.
func show(_ text: String) throws(Complaint) {
  guard Output.write(text) else { throw .cannotRun("standard output cannot be written") }
}
