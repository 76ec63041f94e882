/// Why a register could not be found, read or written: one line.
struct RegisterFailure: Error {
  let line: String
  /// Whether a write was made all the same, to this register or to another.
  var mayBeWritten = false
}
