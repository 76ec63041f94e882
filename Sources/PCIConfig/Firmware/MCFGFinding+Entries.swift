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
    var buses: [Span] = []
    var memory: [Span] = []
    for (index, entry) in entries.enumerated() {
      if let span = Span(buses: entry, entry: index) { buses.append(span) }
      if let span = Span(memory: entry, entry: index) { memory.append(span) }
    }
    var isOverlapping = [Bool](repeating: false, count: entries.count)
    for overlap in overlaps(buses) {
      isOverlapping[overlap.entry] = true
      let first = UInt8(truncatingIfNeeded: overlap.common.lowerBound)
      let last = UInt8(truncatingIfNeeded: overlap.common.upperBound)
      findings.append(
        .overlappingBuses(entry: overlap.entry, other: overlap.other, first...last))
    }
    for overlap in overlaps(memory) {
      findings.append(
        .overlappingMemory(entry: overlap.entry, other: overlap.other, overlap.common))
    }
    judgeSegments(entries, isOverlapping, &findings)
    var keys: [UInt64] = []
    for finding in findings { keys.append(finding.entry.map { UInt64($0) + 1 } ?? 0) }
    let unordered = findings
    findings.removeAll()
    for index in ascendingOrder(of: keys) { findings.append(unordered[index]) }
  }

  /// Notes each segment that has several entries, none of which overlap.
  private static func judgeSegments(
    _ entries: [MCFGEntry], _ isOverlapping: [Bool], _ findings: inout [MCFGFinding]
  ) {
    var keys: [UInt64] = []
    for entry in entries { keys.append(UInt64(entry.segment)) }
    var segment: UInt64?
    var second: Int?
    var count = 0
    var overlaps = false
    func note() {
      guard let segment, let second, count > 1, !overlaps else { return }
      findings.append(.severalRegions(entry: second, segment: UInt16(segment), count: count))
    }
    for index in ascendingOrder(of: keys) where entries[index].firstBus <= entries[index].lastBus {
      if keys[index] != segment {
        note()
        (segment, second, count, overlaps) = (keys[index], nil, 0, false)
      }
      count += 1
      if count == 2 { second = index }
      if isOverlapping[index] { overlaps = true }
    }
    note()
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
    var keys: [UInt64] = []
    for span in spans { keys.append(span.range.lowerBound) }
    var result: [Overlap] = []
    var widest: Span?
    for index in ascendingOrder(of: keys) {
      let span = spans[index]
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
