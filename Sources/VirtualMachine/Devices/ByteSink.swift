/// Where a device's output goes.
public protocol ByteSink: AnyObject {
  /// Takes bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: `false` where they cannot be delivered, and none after them.
  func write(_ bytes: [UInt8]) -> Bool
}
