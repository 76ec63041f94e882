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
  func access(to host: @autoclosure () throws(Complaint) -> Host) throws(Complaint) -> HostAccess {
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

  /// - Throws: An error where no function is named.
  func requireSelection() throws(ValidationError) {
    if slot == nil && id == nil {
      throw ValidationError("Expected functions: -s [[segment:]bus:]device.function or -d vendor:")
    }
  }

  /// - Throws: Status 2 where no function is meant by what was named.
  func requireFunctions(_ inventory: Inventory) throws(Complaint) {
    guard inventory.functions.isEmpty && inventory.failures.isEmpty else { return }
    let options = [slot.map { "-s \(quoted($0))" }, id.map { "-d \(quoted($0))" }].compactMap { $0 }
    throw .cannotRun("\(options.joined(separator: " ")): there is no such function")
  }

  /// The functions that are meant.
  func selection() throws(Complaint) -> FunctionSelection {
    FunctionSelection(slot: try Self.selection(slot: slot), id: try idSelection())
  }

  /// Which functions `-s` means.
  static func selection(slot: String?) throws(Complaint) -> SlotSelection? {
    guard let slot else { return nil }
    do {
      return try SlotSelection(slot)
    } catch {
      throw .usage("-s \(quoted(slot)): \(error)")
    }
  }

  private func idSelection() throws(Complaint) -> IDSelection? {
    guard let id else { return nil }
    do {
      return try IDSelection(id)
    } catch {
      throw .usage("-d \(quoted(id)): \(error)")
    }
  }
}
