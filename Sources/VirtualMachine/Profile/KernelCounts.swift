import KVM

/// What KVM has counted while a guest ran, for the machine and for each of its processors.
public struct KernelCounts: Equatable, Sendable {
  /// The machine's, then each processor's; `nil` where this KVM has no statistics.
  public let differences: [Statistics]?

  /// Subtracts two moments of one machine.
  ///
  /// - Parameters:
  ///   - start: What ``Board/statistics()`` has told before the guest ran.
  ///   - end: The same afterwards.
  public init(from start: [Statistics]?, to end: [Statistics]?) {
    differences = start.flatMap { start in end.map { zip($0, start).map { $0 - $1 } } }
  }

  /// The counts for people, in lines of at most 80 columns: KVM's names, those that are zero left
  /// out.
  public var text: String {
    guard let differences else {
      return "KVM STATISTICS: not available: KVM has no KVM_CAP_BINARY_STATS_FD\n"
    }
    var text = "KVM STATISTICS\n"
    for statistics in differences {
      text += "\(statistics.source)\n"
      let counts = KernelCount.all(in: statistics)
      for count in counts where count.value != 0 {
        let line =
          "  " + ProfileTable.left(count.label, 44) + " "
          + ProfileTable.right("\(count.value)", 20)
        text += count.isLevel ? "\(line)  at the end\n" : "\(line)\n"
      }
      if counts.allSatisfy({ $0.value == 0 }) { text += "  nothing\n" }
    }
    return text
  }
}

/// One value of KVM's statistics.
struct KernelCount {
  let name: String
  /// Which bucket of a histogram; `nil` for all that is none.
  let bucket: Int?
  /// Whether this is no count but a level or a maximum.
  let isLevel: Bool
  let value: UInt64

  var label: String { bucket.map { "\(name)[\($0)]" } ?? name }

  static func all(in statistics: Statistics) -> [KernelCount] {
    statistics.fields.flatMap { field in
      let values = statistics.values(of: field.name) ?? []
      return values.enumerated().map { index, value in
        KernelCount(
          name: field.name.rawValue, bucket: values.count > 1 ? index : nil,
          isLevel: !field.kind.isCounted, value: value)
      }
    }
  }
}
