import PCIConfig

/// Accesses by mechanism 1 while others may make theirs, as no lock keeps them away.
///
/// The address and the data are two accesses to ports, and another processor's may fall between:
/// the kernel's, whose lock a program cannot take. That is noticed by CONFIG_ADDRESS, which is read
/// back. Only port accesses, in a fixed order: a child process runs it that must not allocate.
package enum UnlockedMechanism1 {
  /// How often an access is tried.
  static let attempts = 8

  /// What came of an access.
  struct Outcome: Equatable {
    /// The value that was read; 0 of a write, and where it did not succeed.
    var value: UInt32 = 0
    /// What CONFIG_ADDRESS held at last: the register's address where nothing fell between.
    var latch: UInt32
    /// Whether the data port was accessed with the right address before it.
    var isDone: Bool
  }

  /// Reads a register, address and data back to back, until two reads one after the other agree and
  /// the address was held for both. A register that changes by itself is taken as it was last.
  ///
  /// - Parameters:
  ///   - address: The value for CONFIG_ADDRESS.
  ///   - port: The data port.
  ///   - width: The width of the access there.
  ///   - ports: The ports. The former address is put back.
  static func read(
    _ address: UInt32, _ port: UInt16, _ width: AccessWidth, _ ports: some PortIO<Never>
  ) -> Outcome {
    let former = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
    var outcome = Outcome(latch: former, isDone: false)
    for _ in 0..<attempts {
      ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: address)
      let value = ports.read(port: port, width: width)
      outcome.latch = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
      guard outcome.latch == address else {
        outcome.isDone = false
        outcome.value = 0
        continue
      }
      let agrees = outcome.isDone && outcome.value == value
      outcome.value = value
      outcome.isDone = true
      if agrees { break }
    }
    ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: former)
    return outcome
  }

  /// Writes a register once, right after CONFIG_ADDRESS was seen to hold its address.
  ///
  /// - Parameters:
  ///   - address: The value for CONFIG_ADDRESS.
  ///   - port: The data port.
  ///   - width: The width of the access there.
  ///   - value: The value; bits beyond the width are ignored.
  ///   - ports: The ports. The former address is put back.
  static func write(
    _ address: UInt32, _ port: UInt16, _ width: AccessWidth, _ value: UInt32,
    _ ports: some PortIO<Never>
  ) -> Outcome {
    let former = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
    var outcome = Outcome(latch: former, isDone: false)
    for _ in 0..<attempts {
      ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: address)
      outcome.latch = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
      guard outcome.latch == address else { continue }
      ports.write(port: port, width: width, value: value)
      outcome.latch = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
      outcome.isDone = true
      break
    }
    ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: former)
    return outcome
  }

  /// Times reads of a doubleword, address and data, behind one that is not timed.
  ///
  /// - Parameters:
  ///   - address: The value for CONFIG_ADDRESS: of a register that ignores writes, as the kernel's
  ///     may fall between.
  ///   - count: How many reads.
  ///   - page: Where the times go, in nanoseconds.
  ///   - ports: The ports. The former address is put back.
  static func time(
    _ address: UInt32, count: Int, into page: SharedPage.Words, _ ports: some PortIO<Never>
  ) {
    let former = ports.read(port: Mechanism1Access.addressPort, width: .doubleword)
    ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: address)
    _ = ports.read(port: Mechanism1Access.dataPort, width: .doubleword)
    _ = MonotonicClock.now
    var index = 0
    while index < count {
      page[SharedPage.firstTime + index] = MonotonicClock.time {
        ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: address)
        _ = ports.read(port: Mechanism1Access.dataPort, width: .doubleword)
      }
      index += 1
    }
    ports.write(port: Mechanism1Access.addressPort, width: .doubleword, value: former)
  }
}
