import KVM

/// A processor with its loop of exits.
///
/// A class, since threads share its ownership. While it runs, it belongs to the thread that called
/// ``run(until:)``; before and after that, to the board's owner.
final class Processor: @unchecked Sendable {
  let number: Int
  private var processor: VirtualCPU
  private let chipset: Chipset
  private let mutation: Mutation?
  /// How often it has left the guest for this program.
  private(set) var exitCount: UInt64 = 0
  /// Whether the chipset's profile counts its exits.
  var isProfiled = false

  init(
    _ processor: consuming VirtualCPU, number: Int, chipset: Chipset, mutation: Mutation? = nil
  ) {
    self.processor = processor
    self.number = number
    self.chipset = chipset
    self.mutation = mutation
  }

  var kick: Kick { processor.kick }

  /// The linear address of the next instruction.
  func instructionAddress() throws(KVMError) -> UInt64 {
    try processor.specialRegisters().cs.base &+ processor.registers().rip
  }

  /// What KVM has counted for it up to now.
  func statistics() throws(KVMError) -> Statistics { try processor.statistics().snapshot() }

  /// Runs the guest until it ends here, or elsewhere.
  func run(until request: StopRequest) {
    do {
      guard let ending = try loop(until: request) else { return }
      request.finish(.init(result: .success(ending), processor: number))
    } catch {
      request.finish(.init(result: .failure(error), processor: number))
    }
  }

  /// Handles exits, each after all coalesced writes that are older.
  ///
  /// - Returns: How the guest has ended, or `nil` where it is to stop.
  private func loop(until request: StopRequest) throws(KVMError) -> Ending? {
    if let mutation, mutation.breaksRing { return try loop(until: request, mutation) }
    while true {
      let exit: Exit
      if isProfiled {
        let start: UInt64
        (exit, start) = try profiledRun()
        if let ending = try chipset.handleProfiled(exit, of: processor, since: start) {
          return ending
        }
      } else {
        exit = try processor.run(draining: chipset.write)
        exitCount &+= 1
        if let ending = try chipset.handle(exit, of: processor) { return ending }
      }
      if case .interrupted = exit, request.isStopping { return nil }
    }
  }

  /// Runs the guest until it needs something.
  ///
  /// - Returns: Why it stopped, and when: older coalesced writes have been handled since.
  private func profiledRun() throws(KVMError) -> (Exit, start: UInt64) {
    var start: UInt64?
    let exit = try processor.run { (write) throws(KVMError) in
      if start == nil { start = ExitProfile.now }
      try chipset.writeProfiled(write)
    }
    exitCount &+= 1
    return (exit, start ?? ExitProfile.now)
  }

  /// The same, wrong on purpose.
  private func loop(
    until request: StopRequest, _ mutation: Mutation
  ) throws(KVMError) -> Ending? {
    while true {
      var writes: [CoalescedWrite] = []
      let exit = try processor.run { writes.append($0) }
      exitCount &+= 1
      let isLate = mutation == .ringLate && exit.isPortAccess
      if mutation == .ringFirstLost { writes = Array(writes.dropFirst()) }
      if mutation == .ringReversed { writes.reverse() }
      if !isLate { for write in writes { try chipset.write(write) } }
      let ending =
        isProfiled
        ? try chipset.handleProfiled(exit, of: processor, since: ExitProfile.now)
        : try chipset.handle(exit, of: processor)
      if let ending { return ending }
      if isLate { for write in writes { try chipset.write(write) } }
      if case .interrupted = exit, request.isStopping { return nil }
    }
  }
}

extension Exit {
  fileprivate var isPortAccess: Bool {
    switch self {
    case .portRead, .portWrite: true
    default: false
    }
  }
}
