extension Mutation {
  /// Whether it breaks what only the machine's own functions have: a base address with something
  /// behind it, capabilities at known places, PCIEXBAR, or the test device.
  public var needsOwnFunctions: Bool {
    switch self {
    case .ecamEnabledAtReset, .ecamDisableIgnored, .ecamLengthIgnored, .ecamBaseCut,
      .ecamMoveIgnored, .ecamStaysBehind:
      true
    case .capabilityListLoops, .capabilityHeaderWritable, .extendedListLoops, .extendedListOnes,
      .extendedTruncated:
      true
    case .barShowsSize, .barBytesDropped, .barLostAfterSizing, .barTypeWritable,
      .barUnimplementedWritable, .bar64UpperFixed, .bar64HalvesTied, .barIOBit1Set,
      .romEnableFixed:
      true
    case .doorbellMisplaced, .doorbellWide: true
    default: false
    }
  }
}
