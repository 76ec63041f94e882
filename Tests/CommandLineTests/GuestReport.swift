/// What tests look at in `guestctl run --json`.
struct GuestReport: Decodable {
  struct Verdict: Decodable, Equatable {
    var check: String
    var outcome: String
    var reason: String?
    var saw: String?
  }

  struct Run: Decodable {
    var hypervisor: String
    var verdicts: [Verdict]
  }

  var good: Bool
  var runs: [Run]
}
