import KVM
import PCIConfig

/// The enhanced window as memory that guests read without leaving: a page for each function that
/// answers, ones for all that do not.
///
/// Writes leave the guest as ever, and both mechanisms change the same registers; ``update(_:_:)``
/// brings the pages up to date before the guest goes on, so that a write by either mechanism is
/// visible to the very next read.
///
/// The window is cut into pieces with a memory slot each. Those in which no function answers all
/// show the same memory: were it mapped as often as the window is large, each page that a guest
/// reads would count as resident once more. Their slots are set when a guest first reads there, as
/// each costs the kernel a grace period.
final class ConfigurationMirror {
  private static let pieceSize = 2 << 20
  private static let pageSize = MemorySlot.pageSize
  /// How many memory slots a window of 256 MiB takes.
  static let slotCount = UInt32(256 << 20 / pieceSize)

  private let firstSlot: UInt32
  private let reserved: [ClosedRange<UInt64>]
  private let mutation: Mutation?
  private var window: PCIExpressWindow?
  /// The memory of the pieces in which functions answer, by their number in the window.
  private var memory: [Int: GuestMemory] = [:]
  /// The memory of all other pieces.
  private var ones: GuestMemory?
  /// The pieces whose slots are set.
  private var shown: Set<Int> = []
  /// Which function each page holds, by routing identifier, and after how many writes.
  private var pages: [UInt16: (function: PCIFunction, writeCount: UInt64)] = [:]
  private var version: UInt64?

  /// Creates a mirror that shows nothing yet.
  ///
  /// - Parameters:
  ///   - firstSlot: The first of the memory slots to use: one for each 2 MiB of a window.
  ///   - reserved: Addresses where other slots are; a window that overlaps them stays trapped.
  ///   - mutation: What is wrong on purpose.
  init(firstSlot: UInt32, reserved: [ClosedRange<UInt64>], mutation: Mutation? = nil) {
    self.firstSlot = firstSlot
    self.reserved = reserved
    self.mutation = mutation
  }

  /// Shows what the registers hold now, where PCIEXBAR says.
  ///
  /// - Parameters:
  ///   - host: The registers.
  ///   - machine: The machine whose slots these are.
  func update(_ host: PCIHost, _ machine: borrowing Machine) throws(KVMError) {
    guard version != host.version else { return }
    version = host.version
    let window = host.enhancedWindow.flatMap { window in
      reserved.contains { $0.overlaps(window.addresses) } ? nil : window
    }
    if window != self.window {
      if mutation != .mirrorStaysBehind { for piece in shown { try hide(piece, machine) } }
      self.window = window
    }
    guard let window else { return }
    try fill(host, machine)
    for piece in memory.keys where piece * Self.pieceSize < Int(window.size) {
      try show(piece, machine)
    }
  }

  /// Lets a guest that has left to read an address read what is near it without leaving.
  ///
  /// - Parameters:
  ///   - address: The address.
  ///   - machine: The machine whose slots these are.
  func show(_ address: UInt64, _ machine: borrowing Machine) throws(KVMError) {
    guard let window, window.addresses.contains(address) else { return }
    try show(Int(address - window.base) / Self.pieceSize, machine)
  }

  private func fill(_ host: PCIHost, _ machine: borrowing Machine) throws(KVMError) {
    let functions = host.functions
    let populated = Set(functions.keys.map { Self.piece(of: $0) })
    for piece in Set(memory.keys).symmetricDifference(populated) {
      try hide(piece, machine)
      memory[piece] = populated.contains(piece) ? try background() : nil
      pages = pages.filter { Self.piece(of: $0.key) != piece }
    }
    // Another processor must not see a page that is being exchanged: it waits at an exit meanwhile.
    for function in Array(pages.keys)
    where functions[function] == nil && mutation != .mirrorKeepsVanished {
      try hide(Self.piece(of: function), machine)
      let (piece, offset) = (memory[Self.piece(of: function)], Self.offset(of: function))
      if mutation == .mirrorAbsentZero {
        try piece?.separatePage(at: offset)
      } else {
        try piece?.restoreOnes(at: offset)
      }
      pages[function] = nil
    }
    for (identifier, function) in functions {
      let held = pages[identifier]
      if let held {
        guard mutation != .mirrorNeverUpdated,
          held.function !== function || held.writeCount != function.writeCount
        else { continue }
      }
      guard let piece = memory[Self.piece(of: identifier)] else { continue }
      var page = host.windowPage(of: FunctionAddress(routingID: identifier))
      if mutation == .mirrorConventionalOnly {
        page.replaceSubrange(256..., with: repeatElement(0xFF, count: Self.pageSize - 256))
      }
      if held == nil {
        try hide(Self.piece(of: identifier), machine)
        try piece.separatePage(at: Self.offset(of: identifier))
      }
      piece.write(page, at: Self.offset(of: identifier))
      pages[identifier] = (function, function.writeCount)
    }
  }

  private static func piece(of function: UInt16) -> Int {
    Int(function) * pageSize / pieceSize
  }

  /// Where a function's page is in its piece.
  private static func offset(of function: UInt16) -> Int {
    Int(function) * pageSize % pieceSize
  }

  private func show(_ piece: Int, _ machine: borrowing Machine) throws(KVMError) {
    guard let window, !shown.contains(piece) else { return }
    try machine.setSlot(
      firstSlot + UInt32(piece),
      to: MemorySlot(
        address: window.base + UInt64(piece * Self.pieceSize), memory: try memory(of: piece),
        access: mutation == .mirrorWritable ? .readWrite : .readOnly))
    shown.insert(piece)
  }

  private func memory(of piece: Int) throws(KVMError) -> GuestMemory {
    if let own = memory[piece] ?? ones { return own }
    let ones = try background()
    self.ones = ones
    return ones
  }

  /// What is seen where no function answers.
  private func background() throws(KVMError) -> GuestMemory {
    mutation == .mirrorAbsentZero
      ? try GuestMemory(count: Self.pieceSize) : try GuestMemory(ones: Self.pieceSize)
  }

  private func hide(_ piece: Int, _ machine: borrowing Machine) throws(KVMError) {
    guard shown.remove(piece) != nil else { return }
    try machine.removeSlot(firstSlot + UInt32(piece))
  }
}
