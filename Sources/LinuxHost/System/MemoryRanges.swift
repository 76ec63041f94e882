/// Ranges of addresses, which may overlap or adjoin, for many questions.
package struct MemoryRanges {
  /// Ascending, with a gap between each and the next.
  private let ranges: [ClosedRange<UInt64>]

  package init(_ ranges: [ClosedRange<UInt64>]) {
    var merged: [ClosedRange<UInt64>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1
      {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    self.ranges = merged
  }

  /// The first range that ends at an address or behind it.
  private func firstEnding(from address: UInt64) -> ClosedRange<UInt64>? {
    var (low, high) = (0, ranges.count)
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < address { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count ? ranges[low] : nil
  }

  /// How many bytes they cover of some addresses, from the first on without a gap.
  ///
  /// - Parameter wanted: The addresses, not all that there are.
  package func coveredBytes(of wanted: ClosedRange<UInt64>) -> UInt64 {
    guard let range = firstEnding(from: wanted.lowerBound), range.contains(wanted.lowerBound) else {
      return 0
    }
    return min(range.upperBound, wanted.upperBound) - wanted.lowerBound + 1
  }

  /// Whether one of them overlaps some addresses.
  package func overlap(_ addresses: ClosedRange<UInt64>) -> Bool {
    firstEnding(from: addresses.lowerBound)?.overlaps(addresses) ?? false
  }
}
