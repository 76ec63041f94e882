/// What tests look at in `pcicfg probe --json`.
struct ProbeOutput: Decodable {
  struct Mode: Decodable {
    var mode: String
    var conventional: String
    var extended: String
    var causes: [String]
    var remedies: [String]
  }

  struct Access: Decodable, Equatable {
    var mechanism: String
    var certainty: String
  }

  struct Kernel: Decodable, Equatable {
    var conventional: Access
    var extended: Access
  }

  struct Region: Decodable {
    struct Voucher: Decodable {
      var kind: String
    }

    var firstAddress: String
    var lastAddress: String
    var vouchers: [Voucher]
  }

  struct ECAM: Decodable {
    var regions: [Region]
  }

  struct Hypervisor: Decodable, Equatable {
    var decision: String
    var isGuest: Bool
  }

  struct Comparison: Decodable {
    var agreeing: [String]
    var differing: [String]
  }

  struct Choice: Decodable {
    var mechanism: String
    var functions: [String]
  }

  struct Decision: Decodable {
    var conventional: [Choice]
    var extended: [Choice]
  }

  var hypervisor: Hypervisor
  var modes: [Mode]
  var kernel: Kernel
  var ecam: ECAM
  var comparison: Comparison
  var decision: Decision

  /// Each mode with what it reaches below 0x100 and from there on.
  var reach: [String: [String]] {
    Dictionary(uniqueKeysWithValues: modes.map { ($0.mode, [$0.conventional, $0.extended]) })
  }
}

/// What tests look at in `pcicfg verify --json`.
struct VerifyOutput: Decodable {
  struct Comparison: Decodable {
    struct Difference: Decodable, Equatable {
      var register: String
      var expected: String
      var value: String
    }

    var mode: String
    var compared: Int
    var different: [Difference]
  }

  struct Function: Decodable {
    var address: String
    var comparisons: [Comparison]
  }

  struct Finding: Decodable {
    var tag: String
  }

  var functions: [Function]
  var findings: [Finding]
  var notCompared: [String]

  /// How many registers of each function were compared through a mode, by address.
  func compared(through mode: String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for function in functions {
      for comparison in function.comparisons where comparison.mode == mode {
        counts[function.address] = comparison.compared
      }
    }
    return counts
  }
}

/// What tests look at in `pcicfg bench --json`.
struct BenchOutput: Decodable {
  struct Cost: Decodable, Equatable {
    var mode: String
    var register: String
    var mechanism: String
    var reads: Int
  }

  struct Window: Decodable {
    var verdict: String
  }

  var costs: [Cost]
  var window: Window
}

/// What tests look at in `pcicfg dump --json`.
struct DumpOutput: Decodable {
  struct Function: Decodable {
    var address: String
    var registers: String
    var access: String?
    var extendedAccess: String?
  }

  var functions: [Function]

  /// Which modes served the functions, below 0x100 and from there on, each pair once, sorted.
  var accesses: [[String]] {
    Set(functions.map { [$0.access ?? "none", $0.extendedAccess ?? "none"] })
      .sorted { $0.joined(separator: " ") < $1.joined(separator: " ") }
  }
}
