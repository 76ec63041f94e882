import CLinux
import Glibc
import KVM

/// The interrupt lines of a machine whose controllers are KVM's.
final class BoardInterrupts {
  /// What PCs connect the serial port COM1 and the clock to.
  private static let serialPortGSI: UInt32 = 4
  private static let clockGSI: UInt32 = 8

  private let lines: [InterruptLine]
  private let clock: RealTimeClock
  private var clockVersion: UInt64 = 0
  private let wake: EventDescriptor
  /// What ``wait(for:)`` waits for. Never changes, and so any thread can read it.
  private let descriptors: [Int32]

  /// Connects the devices.
  ///
  /// - Throws: A `KVMError`.
  init(
    of serialPort: UART16550, _ clock: RealTimeClock, to machine: borrowing Machine,
    mutation: Mutation? = nil
  ) throws(KVMError) {
    let lines = [
      try InterruptLine(
        from: serialPort, gsi: mutation == .interruptMisrouted ? 3 : Self.serialPortGSI,
        to: machine, mutation: mutation),
      try InterruptLine(from: clock, gsi: Self.clockGSI, to: machine, mutation: mutation),
    ]
    let wake = try EventDescriptor()
    self.lines = lines
    self.clock = clock
    descriptors = lines.map(\.fallenDescriptor) + [wake.fileDescriptor]
    self.wake = wake
  }

  /// Raises the lines of devices that assert their interrupts now.
  func update() throws(KVMError) {
    for line in lines { try line.update() }
    guard clock.version != clockVersion else { return }
    clockVersion = clock.version
    try wake.signal()
  }

  /// Does what ``wait(for:)`` has returned for.
  func service() throws(KVMError) {
    _ = try wake.takeCount()
    for line in lines { try line.resample() }
    try update()
  }

  /// How long ``wait(for:)`` may wait, in ticks of the clock; `nil` for ever.
  var ticksToWait: Int64? { clock.ticksToInterrupt }

  /// Waits until a line has fallen, the clock's registers have changed or some time has passed.
  func wait(for ticks: Int64?) throws(KVMError) {
    var requests = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let result: Int32
    if let ticks {
      // Rounded up: who wakes too early finds nothing to do.
      let nanoseconds = ticks * 1_000_000_000 / RealTimeClock.frequency + 1
      var limit = timespec(
        tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
      result = clinux_poll(&requests, requests.count, &limit)
    } else {
      result = clinux_poll(&requests, requests.count, nil)
    }
    guard result >= 0 || errno == EINTR else {
      throw KVMError(call: "ppoll", argument: "interrupts", errno: errno)
    }
  }

  /// Ends ``wait(for:)``.
  func endWait() { try? wake.signal() }
}
