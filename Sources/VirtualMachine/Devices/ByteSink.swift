/// Where a device's output goes.
public protocol ByteSink: AnyObject {
  /// Takes bytes.
  ///
  /// - Parameter bytes: All of them are taken, whatever happens; what cannot be delivered is dropped
  ///   and the sink remembers why.
  func write(_ bytes: [UInt8])
}
