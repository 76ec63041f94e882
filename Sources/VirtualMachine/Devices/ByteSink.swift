/// Where a device's output goes.
public protocol ByteSink: AnyObject {
  /// Makes writes deliver what goes at once and drop the rest, which counts as delivered: the guest is
  /// to end, whether or not anybody takes its output. Any thread may call this, also while another
  /// one waits in ``write(_:)``.
  func stopWaiting()

  /// Takes bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: `false` where they cannot be delivered, and none after them.
  func write(_ bytes: [UInt8]) -> Bool
}

extension ByteSink {
  /// Does nothing, as is right where writes never wait.
  public func stopWaiting() {}
}
