extension MCFGEntry {
  /// Judges the entry alone.
  func judge(index: Int, reserved: UInt32, _ findings: inout [MCFGFinding]) {
    if base == 0 {
      findings.append(.zeroBase(entry: index))
    }
    do {
      _ = try region()
      let size = ECAMRegion.bytesPerBus << UInt64(8 - lastBus.leadingZeroBitCount)
      if base % size != 0 {
        findings.append(.baseNotAlignedToSize(entry: index, base, size: size))
      }
    } catch {
      switch error {
      case .misalignedBase(let base):
        findings.append(.misalignedBase(entry: index, base))
      case .beyondMemory(let base, let buses):
        findings.append(.beyondMemory(entry: index, base: base, lastBus: buses.upperBound))
      case .reversedBuses(let first, let last):
        findings.append(.reversedBuses(entry: index, first: first, last: last))
        if base % ECAMRegion.bytesPerBus != 0 {
          findings.append(.misalignedBase(entry: index, base))
        }
      }
    }
    if reserved != 0 { findings.append(.reservedNotZero(entry: index, reserved)) }
  }
}

extension MCFGFinding {
  /// Judges how entries stand to each other, and puts all findings in the order of the entries.
  static func judgeTogether(_ entries: [MCFGEntry], _ findings: inout [MCFGFinding]) {
    guard entries.count > 1 else { return }
    let buses = overlaps(entries.indices.compactMap { Span(buses: entries[$0], entry: $0) })
    for overlap in buses {
      let first = UInt8(truncatingIfNeeded: overlap.common.lowerBound)
      let last = UInt8(truncatingIfNeeded: overlap.common.upperBound)
      findings.append(
        .overlappingBuses(entry: overlap.entry, other: overlap.other, first...last))
    }
    let memory = overlaps(entries.indices.compactMap { Span(memory: entries[$0], entry: $0) })
    for overlap in memory {
      findings.append(
        .overlappingMemory(entry: overlap.entry, other: overlap.other, overlap.common))
    }
    var isOverlapping = [Bool](repeating: false, count: entries.count)
    for overlap in buses { isOverlapping[overlap.entry] = true }
    judgeSegments(entries, isOverlapping, &findings)
    let order = findings.indices.sorted {
      (findings[$0].entry ?? -1, $0) < (findings[$1].entry ?? -1, $1)
    }
    findings = order.map { findings[$0] }
  }

  /// Notes each segment that has several entries, none of which overlap.
  private static func judgeSegments(
    _ entries: [MCFGEntry], _ isOverlapping: [Bool], _ findings: inout [MCFGFinding]
  ) {
    let order = entries.indices.filter { entries[$0].firstBus <= entries[$0].lastBus }
      .sorted { (entries[$0].segment, $0) < (entries[$1].segment, $1) }
    var rest = order[...]
    while let first = rest.first {
      let segment = entries[first].segment
      let group = rest.prefix { entries[$0].segment == segment }
      rest = rest.dropFirst(group.count)
      guard let second = group.dropFirst().first, !group.contains(where: { isOverlapping[$0] })
      else { continue }
      findings.append(.severalRegions(entry: second, segment: segment, count: group.count))
    }
  }

  /// What an entry occupies.
  private struct Span {
    let entry: Int
    let range: ClosedRange<UInt64>

    /// Its buses, with the segment above them.
    init?(buses entry: MCFGEntry, entry index: Int) {
      guard entry.firstBus <= entry.lastBus else { return nil }
      let segment = UInt64(entry.segment) << 8
      self.entry = index
      range = segment | UInt64(entry.firstBus)...(segment | UInt64(entry.lastBus))
    }

    /// Its addresses.
    init?(memory entry: MCFGEntry, entry index: Int) {
      guard let region = try? entry.region() else { return nil }
      self.entry = index
      range = region.addresses
    }
  }

  private struct Overlap {
    let entry: Int
    let other: Int
    let common: ClosedRange<UInt64>
  }

  /// The spans that overlap one with a lower start, once for each: not more than there are spans,
  /// however many pairs overlap.
  private static func overlaps(_ spans: [Span]) -> [Overlap] {
    let sorted = spans.sorted { ($0.range.lowerBound, $0.entry) < ($1.range.lowerBound, $1.entry) }
    var result: [Overlap] = []
    var widest: Span?
    for span in sorted {
      guard let reaching = widest else {
        widest = span
        continue
      }
      if span.range.lowerBound <= reaching.range.upperBound {
        result.append(
          Overlap(
            entry: max(span.entry, reaching.entry), other: min(span.entry, reaching.entry),
            common: span.range.clamped(to: reaching.range)))
      }
      if span.range.upperBound > reaching.range.upperBound { widest = span }
    }
    return result
  }
}
