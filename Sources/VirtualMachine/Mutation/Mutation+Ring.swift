extension Mutation {
  /// Whether it breaks how writes that waited in the ring are passed on.
  var breaksRing: Bool {
    switch self {
    case .ringLate, .ringReversed, .ringFirstLost: true
    default: false
    }
  }
}
