/// Why a device cannot be put on a bus.
public enum BusError: Error, Equatable, Sendable {
  /// The wanted addresses, and those of the device that is there already.
  case overlap(ClosedRange<UInt64>, ClosedRange<UInt64>)
}

extension BusError: CustomStringConvertible {
  /// What was wanted and what is in the way, in one line.
  public var description: String {
    switch self {
    case .overlap(let wanted, let present):
      "addresses \(text(wanted)): a device is at \(text(present)) already"
    }
  }

  private func text(_ range: ClosedRange<UInt64>) -> String {
    hexadecimal(range.lowerBound) + " to " + hexadecimal(range.upperBound)
  }
}
