import CGuest
import CX86
import GuestProtocol

/// Ends the run.
public func exit(_ ending: GuestExit) -> Never {
  x86_out8(GuestExit.port, ending.rawValue)
  while true { guest_halt() }
}

/// Ends the run because it cannot go on.
///
/// - Parameter reason: One line for people.
public func panic(_ reason: StaticString) -> Never {
  report.panic(reason)
  exit(.panicked)
}

nonisolated(unsafe) private var hasTrapped = false

@c(guest_trap) func guestTrap(_ frame: UnsafePointer<guest_trap_frame>) -> Never {
  if hasTrapped { exit(.trapped) }
  hasTrapped = true
  let frame = frame.pointee
  report.sink.write(UInt8(ascii: "\n"))
  report.fault(
    Fault(
      vector: UInt8(truncatingIfNeeded: frame.vector), error: frame.error,
      instruction: frame.instruction, address: frame.address))
  exit(.trapped)
}

/// Where the Swift runtime writes why it traps.
@c(putchar) func putchar(_ character: CInt) -> CInt {
  report.sink.write(UInt8(truncatingIfNeeded: character))
  return character
}
