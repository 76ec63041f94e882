import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Which functions are asked for, and in which mode, as they were named.
struct FunctionQuery {
  static let modes = ["auto"] + AccessMode.allCases.map(\.rawValue)

  /// What `--access` names.
  var accessMode: String?
  /// What `-s` names.
  var slot: String?
  /// What `-d` names.
  var id: String?

  /// The machine in the mode that was named.
  func access(to host: @autoclosure () throws(ToolError) -> Host) throws(ToolError) -> HostAccess {
    if let accessMode, !Self.modes.contains(accessMode) {
      throw .usage("--access \(quoted(accessMode)): expected \(Self.modes.joined(separator: ", "))")
    }
    let host = try host()
    do {
      return try HostAccess(host, accessMode.flatMap(AccessMode.init(rawValue:)))
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// Refuses setpci's groups, of which each has functions and registers of its own: to the parser
  /// the last functions would be those of all registers.
  ///
  /// - Parameter arguments: What stands behind the command's name, with lspci's letters apart.
  static func requireOneGroup(_ arguments: some Sequence<String>) throws(ToolError) {
    var hasFunctions = false
    var register: String?
    var rest = arguments.makeIterator()
    while let argument = rest.next(), argument != "--" {
      switch argument {
      case "-s", "-d":
        if let register {
          throw .usage(
            "\(argument) behind \(quoted(register)): expected -s and -d once for all registers; "
              + "what setpci takes as a second group is a call of its own")
        }
        hasFunctions = true
        _ = rest.next()
      case "-F", "--root", "--access": _ = rest.next()
      default: if hasFunctions && !argument.hasPrefix("-") { register = argument }
      }
    }
  }

  /// - Throws: An error where no function is named.
  func requireSelection() throws(ValidationError) {
    if slot == nil && id == nil {
      throw ValidationError("Expected functions: -s [[segment:]bus:]device.function or -d vendor:")
    }
  }

  /// - Throws: Status 2 where no function is meant by what was named.
  func requireFunctions(_ inventory: Inventory) throws(ToolError) {
    guard inventory.functions.isEmpty && inventory.failures.isEmpty else { return }
    let options = [slot.map { "-s \(quoted($0))" }, id.map { "-d \(quoted($0))" }].compactMap { $0 }
    throw .cannotRun("\(options.joined(separator: " ")): there is no such function")
  }

  /// The functions that are meant.
  func selection() throws(ToolError) -> FunctionSelection {
    FunctionSelection(slot: try Self.selection(slot: slot), id: try idSelection())
  }

  /// Which functions `-s` means.
  static func selection(slot: String?) throws(ToolError) -> SlotSelection? {
    guard let slot else { return nil }
    do {
      return try SlotSelection(slot)
    } catch {
      throw .usage("-s \(quoted(slot)): \(error)")
    }
  }

  private func idSelection() throws(ToolError) -> IDSelection? {
    guard let id else { return nil }
    do {
      return try IDSelection(id)
    } catch {
      throw .usage("-d \(quoted(id)): \(error)")
    }
  }
}
