import HostPCI

/// How times are spread, as lines of at most 80 columns: equal bins from the shortest time to as
/// far above the median, and what lies beyond.
struct DurationHistogram {
  /// Times from `first` to `last`, both in nanoseconds; without a `last`, all from there on.
  struct Bin: Equatable {
    let first: Int
    let last: Int?
    var count = 0
  }

  let bins: [Bin]
  private let total: Int

  private static let binCount = 5
  private static let barWidth = 40

  init(_ durations: Durations) {
    let first = Int(durations.minimum)
    let last = 2 * Int(durations.median) - first
    let width = (last - first) / Self.binCount + 1
    var bins = stride(from: first, through: last, by: width).map { start in
      Bin(first: start, last: min(start + width - 1, last))
    }
    var above = Bin(first: last + 1, last: nil)
    for time in durations.sorted {
      if time > last {
        above.count += 1
      } else {
        bins[(Int(time) - first) / width].count += 1
      }
    }
    if above.count > 0 { bins.append(above) }
    self.bins = bins
    total = durations.count
  }

  /// The lines, a bar for each bin.
  var lines: [String] {
    let greatest = bins.map(\.count).max() ?? 0
    return bins.map { bin in
      let range = bin.last.map { "\(bin.first)-\($0) ns" } ?? "from \(bin.first) ns"
      let bar = (bin.count * Self.barWidth + greatest - 1) / greatest
      let label = String(repeating: " ", count: max(0, 24 - range.count)) + range
      return "\(label) \(String(repeating: "#", count: bar)) \(percentage(bin.count))"
    }
  }

  /// A part of all in percent, with one decimal.
  private func percentage(_ count: Int) -> String {
    let thousandths = (count * 1000 + total / 2) / total
    return "\(thousandths / 10).\(thousandths % 10)%"
  }
}
