import Glibc
import TestSupport

@testable import PCIConfig

extension FuzzTarget {
  /// The table with its judgement, which goes through all pairs of entries.
  static let mcfg = FuzzTarget(
    name: "mcfg",
    seeds: {
      let entry = MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)
      let later = MCFGEntry(base: 0xD000_0000, segment: 1, firstBus: 0x40, lastBus: 0x7F)
      return [[], [entry], [entry, later], [entry, entry, later, later]].map {
        MCFGTable(entries: $0).bytes
      } + recordedTables()
    },
    run: { bytes in
      let mcfg = MCFG(bytes)
      let findings = mcfg.findings
      precondition(findings.count <= 8 + 6 * mcfg.entries.count)
      for finding in findings { precondition((finding.entry ?? -1) < mcfg.entries.count) }
      return findings.count
    })
}

/// Tables of real machines, which are not part of the project: `PCICFG_CORPUS` names the directory
/// where `mcfg/mcfg.jsonl` has them, one in a line.
private func recordedTables() -> [[UInt8]] {
  guard let directory = getenv("PCICFG_CORPUS"),
    let file = fopen(String(cString: directory) + "/mcfg/mcfg.jsonl", "r")
  else { return [] }
  defer { fclose(file) }
  var tables: [[UInt8]] = []
  var line: UnsafeMutablePointer<CChar>?
  var capacity = 0
  defer { free(line) }
  while getline(&line, &capacity, file) > 0, let text = line {
    guard let key = strstr(text, "\"hex\": \"") else { continue }
    let digits = String(cString: key + 8).prefix { $0 != "\"" }.utf8.map { $0 }
    tables.append(
      stride(from: 0, to: digits.count - 1, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16)
      })
  }
  return tables
}
