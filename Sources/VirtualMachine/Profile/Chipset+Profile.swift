import KVM

extension Chipset {
  /// Passes a coalesced write on, and counts it.
  func writeProfiled(_ write: CoalescedWrite) throws(KVMError) {
    isBusy.withLock { _ in profile?.record(write) }
    try self.write(write)
  }

  /// Does what a processor has left the guest for, and counts it.
  ///
  /// - Parameters:
  ///   - exit: Why it has left.
  ///   - processor: The processor.
  ///   - start: When it has left, by the clock of ``ExitProfile/now``.
  /// - Returns: How the guest has ended; `nil` where it goes on.
  func handleProfiled(
    _ exit: Exit, of processor: borrowing VirtualCPU, since start: UInt64
  ) throws(KVMError) -> Ending? {
    try isBusy.withLock { (_) throws(KVMError) in
      // Before the exit is handled, which may take the doorbell away.
      if let rings = try doorbells.takeRings() {
        profile?.record(rings.doorbell, count: rings.count)
      }
    }
    let ending = try handle(exit, of: processor)
    isBusy.withLock { _ in
      profile?.record(exit, nanoseconds: ExitProfile.now - start)
      if let section = sectionPort.takeBegun() { profile?.enter(section: section) }
    }
    return ending
  }
}
