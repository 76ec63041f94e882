import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Which registers are to be read and shown, as they were named.
struct RegisterQuery {
  /// What is shown.
  enum Format {
    /// The values alone.
    case values
    /// The values behind the functions and the registers.
    case lines
    case json
  }

  var inventory: InventoryQuery
  var registers: [String]
  var format: Format

  func run() throws {
    var expressions: [RegisterExpression] = []
    for text in registers {
      do {
        expressions.append(try RegisterExpression(text))
      } catch {
        throw ToolError.usage("\(quoted(text)): \(error)")
      }
    }
    let access = try inventory.access()
    let found = try inventory.inventory(try inventory.selection(), [], through: access)
    try inventory.functions.requireFunctions(found)
    let readings = RegisterReadings(expressions, of: found.functions, through: access)
    switch format {
    case .values: try show(readings.text)
    case .lines: try show(readings.verboseText)
    case .json: try show(json: ReadDocument(readings, failures: found.failures))
    }
    for failure in readings.failures { warn(failure) }
    try inventory.report(found)
    if !readings.failures.isEmpty { throw ExitCode(1) }
  }
}

extension RegisterQuery {
  /// Takes arguments that name functions and registers only; `nil` for all others, which are the
  /// parser's.
  ///
  /// Scripts read one register at a time, and the parser takes longer than all the rest of that.
  ///
  /// - Parameter arguments: What stands behind `read`, with lspci's letters apart.
  init?(plain arguments: some Sequence<String>) {
    var functions = FunctionQuery()
    var registers: [String] = []
    var rest = arguments.makeIterator()
    while let argument = rest.next() {
      let word = argument == "-s" || argument == "-d" ? rest.next() : argument
      guard let word, !word.hasPrefix("-") else { return nil }
      switch argument {
      case "-s" where functions.slot == nil: functions.slot = word
      case "-d" where functions.id == nil: functions.id = word
      case "-s", "-d": return nil
      default: registers.append(word)
      }
    }
    guard functions.slot != nil || functions.id != nil, !registers.isEmpty else { return nil }
    self.init(
      inventory: InventoryQuery(machine: MachineSource(), functions: functions),
      registers: registers, format: .values)
  }
}
