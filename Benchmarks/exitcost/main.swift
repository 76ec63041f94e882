// What a return of KVM_RUN costs in vmm: the same guest, which accesses a device that does nothing,
// run by a bare loop, by the monitor's machine, and by that with a profile.
//
//   exitcost [ROUNDS] [ACCESSES]
//
// In every round the three take turns; ratios are of times in the same round.

import Glibc
import KVM
import VirtualMachine

/// Who runs the guest.
enum Candidate: CaseIterable {
  case bare, board, profiled
}

func argument(_ index: Int, or value: UInt32) -> UInt32 {
  guard CommandLine.arguments.count > index else { return value }
  guard let number = UInt32(CommandLine.arguments[index]), number > 0 else {
    print("exitcost: \(CommandLine.arguments[index]): expected a number above 0")
    exit(64)
  }
  return number
}

let rounds = Int(argument(1, or: 100))
let count = argument(2, or: 1000)

/// The processor time that this thread has used, in nanoseconds: that of its guests is in it, and
/// that of other programs is not.
func processorTime() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The processor time of a run, in microseconds for each access.
func microseconds(_ candidate: Candidate, _ guest: Guest) throws -> Double {
  let start: UInt64
  let end: UInt64
  switch candidate {
  case .bare:
    let machine = BareMachine(guest.image)
    start = processorTime()
    machine.runToEnd()
    end = processorTime()
  case .board, .profiled:
    var board = try Board(
      BoardConfiguration(firmware: FirmwareImage(guest.image), memory: 2), on: System(),
      serialOutput: Nowhere())
    if candidate == .profiled { board.profile = ExitProfile() }
    start = processorTime()
    let ending = try board.run()
    end = processorTime()
    guard ending == .debugExit(0), board.exitCount >= UInt64(count) else {
      fail("the guest ended by \(ending) after \(board.exitCount) exits")
    }
  }
  return Double(end - start) / 1000 / Double(count)
}

final class Nowhere: ByteSink {
  func write(_ bytes: [UInt8]) -> Bool { true }
}

/// Minimum, first quartile, median and third quartile.
func summary(_ values: [Double]) -> (minimum: Double, low: Double, median: Double, high: Double) {
  let sorted = values.sorted()
  func quantile(_ part: Double) -> Double {
    let place = part * Double(sorted.count - 1)
    let below = sorted[Int(place)]
    let above = sorted[min(Int(place) + 1, sorted.count - 1)]
    return below + (above - below) * (place - place.rounded(.down))
  }
  return (sorted[0], quantile(0.25), quantile(0.5), quantile(0.75))
}

func text(_ value: Double, _ digits: Int) -> String {
  let scale = digits == 3 ? 1000.0 : 100.0
  let whole = Int((value * scale).rounded())
  let fraction = String(whole % Int(scale))
  let zeros = String(repeating: "0", count: digits - fraction.count)
  return "\(whole / Int(scale)).\(zeros)\(fraction)"
}

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

print(
  "CPU us for a KVM_RUN return, \(rounds) rounds of \(count); ratios: median (quartiles)")
print("              bare: min  median   vmm/bare               vmm --profile/bare")
for access in Guest.Access.allCases {
  let guest = Guest(access, count: count)
  var times: [Candidate: [Double]] = [:]
  for round in 0..<rounds {
    // Another one begins each time: nobody always runs behind the same.
    let all = Candidate.allCases
    for position in all.indices {
      let candidate = all[(round + position) % all.count]
      times[candidate, default: []].append(try microseconds(candidate, guest))
    }
  }
  let bare = times[.bare] ?? []
  let base = summary(bare)
  var line = access.rawValue + String(repeating: " ", count: 12 - access.rawValue.count)
  line += padded(text(base.minimum, 2), 11) + padded(text(base.median, 2), 8)
  for candidate in [Candidate.board, .profiled] {
    let ratio = summary(zip(times[candidate] ?? [], bare).map { $0 / $1 })
    line += "   \(text(ratio.median, 3)) (\(text(ratio.low, 3)) to \(text(ratio.high, 3)))"
  }
  print(line)
}
