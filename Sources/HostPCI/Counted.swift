/// A number and what is counted, for a reader: `1 file`, `2 files`.
///
/// - Parameters:
///   - number: How many.
///   - thing: One of them; several have an `s` behind it.
func counted(_ number: Int, _ thing: String) -> String {
  "\(number) \(thing)\(number == 1 ? "" : "s")"
}
