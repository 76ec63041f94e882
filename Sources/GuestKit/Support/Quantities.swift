/// Formats durations.
enum Seconds {
  /// Returns seconds with at most two decimals, such as `0.05 s` or `10 s`, and milliseconds below
  /// 0.01 s.
  static func text(_ seconds: Double) -> String {
    if seconds > 0, seconds < 0.01 { return "\(max(Int((seconds * 1000).rounded()), 1)) ms" }
    let hundredths = Int((seconds * 100).rounded())
    let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
    if rest == 0 { return "\(whole) s" }
    if rest % 10 == 0 { return "\(whole).\(rest / 10) s" }
    return "\(whole).\(rest < 10 ? "0" : "")\(rest) s"
  }
}

/// Returns a count with its noun: `1 check`, `2 checks`.
func counted(_ count: Int, _ noun: String) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")"
}
