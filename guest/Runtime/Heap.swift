import CGuest

/// The heap: memory is handed out once and never taken back. A page that is not mapped follows it.
enum Heap {
  nonisolated(unsafe) private static var next: UInt = 0

  static func allocate(_ size: UInt, alignment: UInt) -> UInt {
    let limit = guest_heap_limit()
    if next == 0 { next = guest_heap_first() }
    let start = (next &+ alignment &- 1) & ~(alignment &- 1)
    guard start <= limit, size <= limit &- start else { panic("the heap is exhausted") }
    next = start &+ size
    return start
  }

  /// A page of zeros, for a page table.
  static func allocatePage() -> UInt {
    let page = allocate(4096, alignment: 4096)
    UnsafeMutableRawPointer(bitPattern: page)?.initializeMemory(
      as: UInt64.self, repeating: 0, count: 512)
    return page
  }
}

@c(posix_memalign) func posixMemalign(
  _ result: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ alignment: Int, _ size: Int
) -> CInt {
  result.pointee = UnsafeMutableRawPointer(
    bitPattern: Heap.allocate(UInt(size), alignment: UInt(alignment)))
  return 0
}
