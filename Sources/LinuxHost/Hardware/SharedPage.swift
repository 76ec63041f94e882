import CLinux
import CX86
import Glibc

/// A page of memory that a child process shares, for what it finds out.
///
/// It is accessed by word, each access in program order: a signal may end the child at any.
package struct SharedPage: ~Copyable {
  private let start: UnsafeMutableRawPointer

  init() throws(SystemFailure) {
    let mapped = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw SystemFailure("mmap", "a shared page", .errno(errno))
    }
    start = mapped
  }

  deinit { munmap(start, 4096) }

  /// Word 0 to 1023.
  subscript(index: Int) -> UInt32 {
    get { Words(start)[index] }
    nonmutating set { Words(start)[index] = newValue }
  }

  /// Sets a word and the next to an address.
  func set(_ index: Int, to address: UnsafeMutableRawPointer) {
    let number = UInt(bitPattern: address)
    self[index] = UInt32(truncatingIfNeeded: number)
    self[index + 1] = UInt32(truncatingIfNeeded: number >> 32)
  }

  /// Where a child writes times to.
  static let firstTime = 16
  /// How many times there is room for.
  static let greatestTimeCount = 1024 - firstTime

  /// The times that a child has written.
  func times(count: Int) -> [UInt32] { (0..<count).map { self[Self.firstTime + $0] } }

  /// Runs a function in a child process that inherits this page.
  ///
  /// - Parameter body: It is given the page's words; it must not allocate.
  /// - Returns: The signal that ended the child, or 0.
  func runInChild(_ body: @convention(c) (UnsafeMutableRawPointer?) -> Void)
    throws(SystemFailure) -> Int32
  {
    let status = clinux_run_in_child(body, start)
    guard status >= 0 else { throw SystemFailure("fork", "a child process", .errno(errno)) }
    return clinux_ending_signal(status)
  }

  /// The words, as the child sees them.
  struct Words {
    private let address: UInt

    init(_ start: UnsafeMutableRawPointer?) { address = UInt(bitPattern: start) }

    subscript(index: Int) -> UInt32 {
      get { x86_load32(address + UInt(index) * 4) }
      nonmutating set { x86_store32(address + UInt(index) * 4, newValue) }
    }

    /// The address in a word and the next.
    func address(_ index: Int) -> UInt { UInt(self[index]) | UInt(self[index + 1]) << 32 }
  }
}
