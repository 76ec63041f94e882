import CGuest
import CX86
import GuestProtocol

nonisolated(unsafe) var report = RecordWriter(Console())

/// What the host said before the start.
public let parameters: Parameters = {
  let block = UnsafeBufferPointer(start: guest_parameter_block(), count: ParameterBlock.size)
  let count = Int(block[18]) | Int(block[19]) << 8
  guard count <= ParameterBlock.textCapacity else { panic("the parameter block is damaged") }
  let start = ParameterBlock.textOffset
  return count == 0 ? Parameters() : Parameters(text: Array(block[start..<(start + count)]))
}()

/// Runs the checks that the parameters select, and ends the run.
///
/// - Parameter checks: The suite.
public func run(_ checks: [Check]) -> Never {
  let selected = select(checks)
  report.begin(count: selected.count)
  for (index, check) in selected.enumerated() {
    report.start(check.id)
    do throws(Missing) {
      switch try finding(of: check) {
      case .compared(let wanted, let saw):
        report.result(index + 1, check.id, passed: wanted == saw)
        report.compared(wanted: wanted, saw: saw, clause: check.clause)
      case .expected(let condition, let saw, let passed):
        report.result(index + 1, check.id, passed: passed)
        report.expected(condition, saw: saw, clause: check.clause)
      case .observed(let value):
        report.result(index + 1, check.id, passed: true)
        report.observed(value, clause: check.clause)
      }
    } catch {
      report.skip(index + 1, check.id, requirement: error.requirement)
    }
  }
  exit(.finished)
}

/// Does a check, as a section of the run where the host wants that.
private func finding(of check: Check) throws(Missing) -> Finding {
  if parameters.marksSections { mark(check.id) }
  defer { if parameters.marksSections { mark("") } }
  return try check.body()
}

private func mark(_ section: StaticString) {
  x86_outs8(SectionMark.port, section.utf8Start, UInt(section.utf8CodeUnitCount))
  x86_out8(SectionMark.port, UInt8(ascii: "\n"))
}

private func select(_ checks: [Check]) -> [Check] {
  if parameters.checks.isEmpty, parameters.after.isEmpty { return checks }
  var selected: [Check] = []
  var isReached = parameters.after.isEmpty
  for check in checks {
    let id = check.id.withUTF8Buffer { Array($0) }
    if isReached, parameters.checks.isEmpty || parameters.checks.contains(where: { $0.matches(id) })
    {
      selected.append(check)
    }
    if id == parameters.after { isReached = true }
  }
  return selected
}
