import KVM
import TestSupport
import VirtualMachine

/// What has become of a guest.
struct GuestRun: Equatable {
  /// How it has ended.
  var ending: Ending
  /// How often it has left for user space, with the exits that it began and ended with.
  var exits: UInt64
  /// How often it has rung doorbells.
  var rings: UInt64 = 0

  /// A guest in 32-bit mode; it takes two exits to begin, and one to end by itself.
  static func protected(
    _ body: [UInt8], limit: Duration = .hangLimit, sink: Recording = Recording(),
    configure: (inout BoardConfiguration) -> Void = { _ in }
  ) throws -> GuestRun {
    try GuestRun(WindowFirmware.image(body), limit, sink, configure)
  }

  /// A guest in real mode, whose code begins at F000:0000; it takes one exit to end by itself.
  static func real(
    _ code: [UInt8], limit: Duration = .hangLimit, sink: Recording = Recording(),
    configure: (inout BoardConfiguration) -> Void = { _ in }
  ) throws -> GuestRun {
    var bytes = [UInt8](repeating: 0xFF, count: 65536)
    bytes.replaceSubrange(0..<code.count, with: code)
    // jmp f000:0000
    bytes.replaceSubrange(65520..<65525, with: [0xEA, 0x00, 0x00, 0x00, 0xF0])
    return try GuestRun(FirmwareImage(bytes), limit, sink, configure)
  }

  init(ending: Ending, exits: UInt64, rings: UInt64 = 0) {
    self.ending = ending
    self.exits = exits
    self.rings = rings
  }

  private init(
    _ firmware: FirmwareImage, _ limit: Duration, _ sink: Recording,
    _ configure: (inout BoardConfiguration) -> Void
  ) throws {
    var configuration = BoardConfiguration(firmware: firmware, memory: 2)
    configure(&configuration)
    var board = try Board(configuration, on: System(), serialOutput: sink)
    let ending = try board.run(limit: limit)
    self.init(
      ending: ending, exits: board.exitCount, rings: try board.takeDoorbellCount())
  }
}
