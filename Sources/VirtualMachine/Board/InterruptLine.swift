import KVM

/// The line from a device's interrupt to KVM's controllers.
///
/// It rises when the device asserts its interrupt, and falls when the guest ends the interrupt; when
/// the device still asserts it then, it rises again (api.rst 4.75 `KVM_IRQFD` with
/// `KVM_IRQFD_FLAG_RESAMPLE`). To an edge-triggered input that is another edge.
final class InterruptLine {
  /// The line's GSI.
  let gsi: UInt32
  private let source: any InterruptSource
  private let event: EventDescriptor
  private let fallen: EventDescriptor
  private let mutation: Mutation?
  private var isHigh = false

  /// Connects a device.
  ///
  /// - Parameters:
  ///   - source: The device.
  ///   - gsi: The interrupt's number.
  ///   - machine: A machine with interrupt controllers.
  ///   - mutation: What is wrong on purpose.
  /// - Throws: A `KVMError`.
  init(
    from source: any InterruptSource, gsi: UInt32, to machine: borrowing Machine,
    mutation: Mutation? = nil
  ) throws(KVMError) {
    self.source = source
    self.mutation = mutation
    self.gsi = gsi
    event = try EventDescriptor()
    fallen = try EventDescriptor()
    try machine.assignInterrupt(gsi: gsi, to: event, resample: fallen)
  }

  /// What becomes readable when the line has fallen, for `poll(2)`.
  var fallenDescriptor: Int32 { fallen.fileDescriptor }

  /// Raises the line where the device asserts its interrupt.
  func update() throws(KVMError) {
    guard !isHigh, source.assertsInterrupt else { return }
    isHigh = true
    try event.signal()
  }

  /// Takes notice of the line having fallen, if it has.
  func resample() throws(KVMError) {
    guard try fallen.takeCount() > 0, mutation != .interruptOnce else { return }
    isHigh = false
    try update()
  }
}
