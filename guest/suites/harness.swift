// What the other suites rest on: the routines that the compiler calls, and guests that go wrong in
// every way a harness has to tell apart. The suite runs only where it is named: a check that does
// what it says is no fault of the hypervisor's.

import CGuest
import CX86
import GuestProtocol
import PCIConfig
import Runtime

private func bytes(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { Array($0) } }

/// Every byte there is, in an order that is neither text nor ends its lines.
private func printGarbage() -> Never {
  for step in UInt32(0)..<512 { Ports().write(port: 0x3F8, width: .byte, value: step &* 167) }
  exit(.finished)
}

@inline(never) private func element(_ index: Int, of numbers: [Int]) -> Int { numbers[index] }

@inline(never) private func sum(_ left: UInt8, _ right: UInt8) -> UInt8 { left + right }

/// Every level uses its frame after the call, so that none can be optimised away.
@inline(never) private func depth(_ level: UInt) -> UInt {
  var local = level
  return withUnsafeMutablePointer(to: &local) {
    x86_store8(UInt(bitPattern: $0), 1)
    let below = level == .max ? 0 : depth(level &+ 1)
    return below &+ UInt(x86_load8(UInt(bitPattern: $0)))
  }
}

private let harness: StaticString = "the harness"
private let standard: StaticString = "C11 7.24"

/// Moves 64 of 128 numbered bytes and returns how many then are not what they should be.
private func misplaced(from source: Int, to destination: Int) -> ReportedValue {
  var bytes = [UInt8](repeating: 0, count: 128)
  for index in bytes.indices { bytes[index] = UInt8(index) }
  let before = bytes
  bytes.withUnsafeMutableBytes { buffer in
    guard let base = buffer.baseAddress else { return }
    (base + destination).copyMemory(from: base + source, byteCount: 64)
  }
  var count = 0
  for index in bytes.indices {
    let isMoved = (destination..<(destination + 64)).contains(index)
    if bytes[index] != before[isMoved ? index - destination + source : index] { count += 1 }
  }
  return .count(count)
}

/// What the comparison of the first bytes of two blocks of memory returns.
@inline(never) private func order(_ first: [UInt8], _ second: [UInt8], _ count: UInt) -> CInt {
  first.withUnsafeBufferPointer { left in
    second.withUnsafeBufferPointer { right in
      guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
      return memcmp(left, right, count)
    }
  }
}

/// The checks of the suite.
///
/// Two checks are about guests that print no report. Where one of them is selected alone, the guest
/// ends when the table is used, which is before the report begins.
public let checks: [Check] = {
  if parameters.checks == [Glob(bytes("harness.guest.prints-nothing"))] { exit(.finished) }
  if parameters.checks == [Glob(bytes("harness.guest.prints-garbage"))] { printGarbage() }
  return reportingChecks
}()

private let reportingChecks = [
  Check("harness.memory.moves-apart", standard, wants: .count(0)) { misplaced(from: 0, to: 64) },
  Check("harness.memory.moves-down", standard, wants: .count(0)) { misplaced(from: 9, to: 8) },
  Check("harness.memory.moves-up", standard, wants: .count(0)) { misplaced(from: 8, to: 9) },
  Check("harness.memory.sets", standard, wants: .count(0)) {
    let bytes = [UInt8](repeating: 0xA5, count: 1000)
    return .count(bytes.count { $0 != 0xA5 } + bytes.count - 1000)
  },
  Check("harness.memory.compares", standard, wants: .text("before, after, same, same")) {
    switch (
      order([1, 2, 3], [1, 9, 0], 3), order([1, 0x80, 0], [1, 0x7F, 9], 3),
      order([4, 5], [4, 6], 1), order([7], [8], 0)
    ) {
    case (..<0, 1..., 0, 0): return .text("before, after, same, same")
    case (1..., ..<0, 0, 0): return .text("after, before, same, same")
    default: return .text("neither")
    }
  },
  // Pages are mapped when they are asked for, and hold what is written: no two are the same.
  Check("harness.memory.maps", "Intel SDM 3A 4.5", wants: .bits32(0xA5A5_5A5A)) {
    IdentityMap.map(0x80_0000...0xBF_FFFF)
    x86_store32(0x80_0000, 0x5A5A)
    x86_store32(0xA0_0000, 0xA5A5)
    return .bits32(x86_load32(0x80_0000) | x86_load32(0xA0_0000) << 16)
  },
  Check("harness.guest.passes", harness, wants: .count(1)) { .count(1) },
  Check("harness.guest.fails", harness, wants: .count(1)) { .count(2) },
  Check(observing: "harness.guest.observes", harness) { .count(3) },
  Check("harness.guest.skips", harness) { () throws(Missing) in throw Missing("the-impossible") },
  Check("harness.guest.traps", harness, wants: .count(0)) {
    .count(element(Int(x86_in8(0x84)) | 8, of: [1, 2, 3]))
  },
  Check("harness.guest.overflows", harness, wants: .count(0)) {
    .count(Int(sum(x86_in8(0x84) | 0x80, 0x80)))
  },
  Check("harness.guest.follows-null", harness, wants: .count(0)) {
    .count(Int(x86_load8(UInt(x86_in8(0x84)) & 8)))
  },
  Check("harness.guest.overflows-stack", harness, wants: .count(0)) { .count(Int(depth(0))) },
  Check("harness.guest.exhausts-heap", harness, wants: .count(0)) {
    var total = 0
    while true { total &+= [UInt8](repeating: 1, count: 65536 + total & 1).count }
  },
  Check("harness.guest.overruns-heap", harness, wants: .count(0)) {
    x86_store8(guest_heap_limit(), 1)
    return .count(1)
  },
  Check("harness.guest.overwrites-code", harness, wants: .count(0)) {
    x86_store8(0x10_0000, 0)
    return .count(1)
  },
  Check("harness.guest.triple-faults", harness, wants: .count(0)) {
    guest_triple_fault()
    return .count(1)
  },
  // Where no memory is, nothing can be executed: KVM gives up with an internal error.
  Check("harness.guest.jumps-astray", harness, wants: .count(0)) {
    IdentityMap.map(0xC000_0000...0xC000_0000)
    guest_call(0xC000_0000)
    return .count(1)
  },
  Check("harness.guest.hangs", harness, wants: .count(0)) {
    while true {}
  },
  Check("harness.guest.halts", harness, wants: .count(0)) {
    while true { guest_halt() }
  },
  Check("harness.guest.prints-nothing", harness, wants: .count(0)) { .count(0) },
  Check("harness.guest.prints-garbage", harness, wants: .count(0)) { .count(0) },
]
