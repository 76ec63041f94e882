import KVM
import PCIConfig

/// The enhanced window as memory that guests read without leaving: a page for each function that
/// answers, and pages of ones for all that do not.
///
/// Writes leave the guest as ever, and both mechanisms change the same registers; ``update(_:_:)``
/// brings the pages up to date before the guest goes on, so that a write by either mechanism is
/// visible to the very next read.
final class ConfigurationMirror {
  private static let windowSize = 256 << 20
  private static let pageSize = 4096

  private let memory: GuestMemory
  private let slot: UInt32
  private let reserved: [ClosedRange<UInt64>]
  /// Where the window is shown.
  private var shown: PCIExpressWindow?
  /// What the pages of functions hold, by routing identifier.
  private var pages: [UInt16: [UInt8]] = [:]
  private var version: UInt64?

  /// Creates the memory; nothing is shown yet.
  ///
  /// - Parameters:
  ///   - slot: The memory slot to use.
  ///   - reserved: Addresses where other slots are; a window that overlaps them stays trapped.
  init(slot: UInt32, reserved: [ClosedRange<UInt64>]) throws(KVMError) {
    memory = try GuestMemory(ones: Self.windowSize)
    self.slot = slot
    self.reserved = reserved
  }

  /// Shows what the registers hold now, where PCIEXBAR says.
  ///
  /// - Parameters:
  ///   - host: The registers.
  ///   - machine: The machine whose slot it is; its processors must not run.
  func update(_ host: PCIHost, _ machine: borrowing Machine) throws(KVMError) {
    guard version != host.version else { return }
    version = host.version
    let functions = host.functions
    for identifier in Array(pages.keys) where functions[identifier] == nil {
      try memory.restoreOnes(at: Int(identifier) * Self.pageSize)
      pages[identifier] = nil
    }
    for (identifier, function) in functions {
      let bytes = function.configuration.page
      guard pages[identifier] != bytes else { continue }
      let offset = Int(identifier) * Self.pageSize
      if pages[identifier] == nil { try memory.separatePage(at: offset) }
      memory.write(bytes, at: offset)
      pages[identifier] = bytes
    }
    try show(host.enhancedWindow, machine)
  }

  private func show(
    _ window: PCIExpressWindow?, _ machine: borrowing Machine
  ) throws(KVMError) {
    let window = window.flatMap { window in
      reserved.contains { $0.overlaps(window.addresses) } ? nil : window
    }
    guard window != shown else { return }
    if shown != nil { try machine.removeSlot(slot) }
    shown = nil
    guard let window else { return }
    try machine.setSlot(
      slot,
      to: MemorySlot(
        address: window.base, memory: memory, range: 0..<Int(window.size), access: .readOnly))
    shown = window
  }
}

extension ConfigurationRegisters {
  /// The 4096 bytes that the enhanced mechanism shows: ones where there are no registers.
  fileprivate var page: [UInt8] {
    (0..<4096).map { $0 < count ? byte($0) : 0xFF }
  }
}
