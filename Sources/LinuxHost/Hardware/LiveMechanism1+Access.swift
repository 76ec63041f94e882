import CLinux
import Glibc
import PCIConfig

/// Why ports were not accessed as they were to be.
package enum PortFailure: Error, Equatable {
  /// The system refused, or the access failed.
  case system(SystemFailure)
  /// CONFIG_ADDRESS held something else each time: nothing was read or written.
  case addressLost(UInt32, seen: UInt32)
  /// CONFIG_ADDRESS held something else after a write: another register may have been written.
  case writeUncertain(UInt32, seen: UInt32)
}

/// Reads and writes of any register, where a program was told to go past the kernel.
extension LiveMechanism1 {
  /// The words of a page that tell a child process what to do, and the parent what came of it.
  private enum Word {
    static let permissionErrno = 0
    static let count = 1
    static let done = 2
    static let latch = 3
    static let value = 4
    static let firstAccess = 16
  }

  /// How many accesses one child process makes, two words each.
  private static let batch = 256

  /// Reads registers, in as few child processes as possible.
  package static func read(_ accesses: [Mechanism1Access]) throws(PortFailure) -> [UInt32] {
    var values: [UInt32] = []
    while values.count < accesses.count {
      let part = accesses[values.count..<min(values.count + batch, accesses.count)]
      let page = try page(for: part)
      try run(page) { start in
        let page = SharedPage.Words(start)
        guard LiveMechanism1.permitted(page) else { return }
        let count = Int(page[Word.count])
        var index = 0
        while index < count {
          let word = Word.firstAccess + index * 2
          let (port, width) = LiveMechanism1.target(page[word + 1])
          let outcome = UnlockedMechanism1.read(page[word], port, width, PermittedPorts())
          page[Word.latch] = outcome.latch
          guard outcome.isDone else { return }
          page[word] = outcome.value
          index += 1
          page[Word.done] = UInt32(index)
        }
      }
      let done = Int(page[Word.done])
      guard done == part.count else {
        throw .addressLost(part[part.startIndex + done].address, seen: page[Word.latch])
      }
      values += (0..<done).map { page[Word.firstAccess + $0 * 2] }
    }
    return values
  }

  /// Writes a register.
  package static func write(_ access: Mechanism1Access, _ value: UInt32) throws(PortFailure) {
    let page = try page(for: [access])
    page[Word.value] = value
    try run(page) { start in
      let page = SharedPage.Words(start)
      guard LiveMechanism1.permitted(page) else { return }
      let (port, width) = LiveMechanism1.target(page[Word.firstAccess + 1])
      let outcome = UnlockedMechanism1.write(
        page[Word.firstAccess], port, width, page[Word.value], PermittedPorts())
      page[Word.latch] = outcome.latch
      page[Word.done] = outcome.isDone ? 1 : 0
    }
    let latch = page[Word.latch]
    guard page[Word.done] == 1 else { throw .addressLost(access.address, seen: latch) }
    guard latch == access.address else { throw .writeUncertain(access.address, seen: latch) }
  }

  /// Times reads of a register that ignores writes, at most ``SharedPage/greatestTimeCount``.
  ///
  /// - Returns: The times in nanoseconds, with what looking at the clock takes.
  package static func timeReads(
    _ access: Mechanism1Access, count: Int
  ) throws(PortFailure) -> [UInt32] {
    precondition(count <= SharedPage.greatestTimeCount, "so many times do not fit")
    let page = try newPage()
    page[Word.count] = UInt32(count)
    page[Word.value] = access.address
    try run(page) { start in
      let page = SharedPage.Words(start)
      guard LiveMechanism1.permitted(page) else { return }
      UnlockedMechanism1.time(
        page[Word.value], count: Int(page[Word.count]), into: page, PermittedPorts())
    }
    return page.times(count: count)
  }

  /// Reads a port once.
  static func read(port: UInt16, _ width: AccessWidth) throws(PortFailure) -> UInt32 {
    let page = try newPage()
    page[Word.firstAccess] = UInt32(port) << 16 | UInt32(width.rawValue)
    try run(page) { start in
      let page = SharedPage.Words(start)
      guard LiveMechanism1.permitted(page) else { return }
      let (port, width) = LiveMechanism1.target(page[Word.firstAccess])
      page[Word.value] = PermittedPorts().read(port: port, width: width)
    }
    return page[Word.value]
  }

  /// Writes a port once.
  static func write(
    port: UInt16, _ width: AccessWidth, _ value: UInt32
  ) throws(PortFailure) {
    let page = try newPage()
    page[Word.firstAccess] = UInt32(port) << 16 | UInt32(width.rawValue)
    page[Word.value] = value
    try run(page) { start in
      let page = SharedPage.Words(start)
      guard LiveMechanism1.permitted(page) else { return }
      let (port, width) = LiveMechanism1.target(page[Word.firstAccess])
      PermittedPorts().write(port: port, width: width, value: page[Word.value])
    }
  }

  private static func newPage() throws(PortFailure) -> SharedPage {
    do {
      return try SharedPage()
    } catch {
      throw .system(error)
    }
  }

  private static func page(
    for accesses: ArraySlice<Mechanism1Access>
  ) throws(PortFailure) -> SharedPage {
    let page = try newPage()
    page[Word.count] = UInt32(accesses.count)
    for (index, access) in accesses.enumerated() {
      page[Word.firstAccess + index * 2] = access.address
      page[Word.firstAccess + index * 2 + 1] =
        UInt32(access.port) << 16 | UInt32(access.width.rawValue)
    }
    return page
  }

  /// The data port and the width, as a word has them.
  private static func target(_ word: UInt32) -> (port: UInt16, width: AccessWidth) {
    let width = AccessWidth(rawValue: UInt8(truncatingIfNeeded: word)) ?? .doubleword
    return (UInt16(word >> 16), width)
  }

  private static func permitted(_ page: SharedPage.Words) -> Bool {
    guard clinux_port_permission(0xCF8, 8, 1) != 0 else { return true }
    page[Word.permissionErrno] = UInt32(bitPattern: errno)
    return false
  }

  private static func run(
    _ page: borrowing SharedPage, _ body: @convention(c) (UnsafeMutableRawPointer?) -> Void
  ) throws(PortFailure) {
    let signal: Int32
    do {
      signal = try page.runInChild(body)
    } catch {
      throw .system(error)
    }
    let question = RawRequest.portPermission
    if page[Word.permissionErrno] != 0 {
      let number = Int32(bitPattern: page[Word.permissionErrno])
      throw .system(SystemFailure(question.call, question.subject, .errno(number)))
    }
    guard signal == 0 else {
      throw .system(SystemFailure("conf1", "0xcf8-0xcff", .signal(signal)))
    }
  }
}
