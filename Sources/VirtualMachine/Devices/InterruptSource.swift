/// A device that can interrupt the processor.
protocol InterruptSource: AnyObject {
  /// Whether the device asserts its interrupt at this moment: a level, which lasts until a guest
  /// serves the device.
  var assertsInterrupt: Bool { get }
}

extension RealTimeClock: InterruptSource {}
