extension Mutation {
  /// The one kind of ECAM window that shows it; `nil` where that does not matter.
  public var window: BoardConfiguration.ECAM? {
    switch self {
    case .ecamPortLayout, .ecamFunctionIgnored, .ecamBusIgnored, .ecamBusCut, .ecamAbsentZero,
      .ecamExtendedAliased, .ecamReadsFromLane0:
      .trapped
    case .mirrorNeverUpdated, .mirrorConventionalOnly, .mirrorAbsentZero, .mirrorKeepsVanished,
      .mirrorWritable, .mirrorStaysBehind:
      .readOnly
    default: nil
    }
  }
}
