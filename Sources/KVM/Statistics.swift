/// What KVM counted for a machine or a processor up to one moment (api.rst 4.133
/// `KVM_GET_STATS_FD`).
///
/// The difference of two of these is what happened in between.
public struct Statistics: Equatable, Sendable {
  /// Whose they are, see ``StatisticsFile/source``.
  public let source: String
  /// What there is, in KVM's order.
  public let fields: [StatisticsField]
  /// The values of each field.
  private var values: [[UInt64]]

  /// Creates statistics from their parts.
  ///
  /// - Parameters:
  ///   - source: Whose they are.
  ///   - fields: What there is.
  ///   - values: The values of each field, in the order of the fields; any other number of elements
  ///     traps.
  public init(source: String, fields: [StatisticsField], values: [[UInt64]]) {
    precondition(
      fields.count == values.count, "\(fields.count) fields have values for \(values.count)")
    self.source = source
    self.fields = fields
    self.values = values
  }

  /// The value of a field.
  ///
  /// - Parameter name: The field's name.
  /// - Returns: The value; `nil` where this KVM does not have the field, or has more than one value
  ///   for it.
  public subscript(name: StatisticsField.Name) -> UInt64? {
    let values = self.values(of: name)
    return values?.count == 1 ? values?.first : nil
  }

  /// All values of a field: the buckets of a histogram, or the only value of any other field.
  ///
  /// - Parameter name: The field's name.
  /// - Returns: The values; `nil` where this KVM does not have the field.
  public func values(of name: StatisticsField.Name) -> [UInt64]? {
    fields.firstIndex { $0.name == name }.map { values[$0] }
  }

  /// What was counted between two moments.
  ///
  /// Counts and histograms are subtracted. Of what is not counted but rises and falls, or is a
  /// maximum, the later value stays.
  ///
  /// - Parameters:
  ///   - later: The later moment.
  ///   - earlier: The earlier moment of the same machine or processor; any other traps.
  public static func - (later: Statistics, earlier: Statistics) -> Statistics {
    precondition(
      later.source == earlier.source && later.fields == earlier.fields,
      "\(later.source) and \(earlier.source) count different things")
    var difference = later
    for (index, field) in later.fields.enumerated() where field.kind.isCounted {
      difference.values[index] = zip(later.values[index], earlier.values[index]).map { $0 &- $1 }
    }
    return difference
  }
}
