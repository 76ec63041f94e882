import ArgumentParser
import HostPCI
import ToolSupport

/// Which functions are meant, with lspci's letters, and in which mode they are accessed.
struct FunctionOptions: ParsableArguments {
  private static let modes = ["auto"] + AccessMode.allCases.map(\.rawValue)

  @Option(
    name: .customLong("access"),
    help: ArgumentHelp(
      "How registers are accessed: auto (default), sysfs, procfs, conf1 or ecam.",
      valueName: "mode"),
    completion: .list(modes))
  var accessMode: String?

  @Option(
    name: .customShort("s"),
    help: ArgumentHelp(
      "Only [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    name: .customShort("d"),
    help: ArgumentHelp("Only [vendor]:[device][:class[:interface]].", valueName: "id"))
  var id: String?

  /// The machine in the mode that was named.
  func access(to host: @autoclosure () throws(Complaint) -> Host) throws(Complaint) -> HostAccess {
    if let accessMode, !Self.modes.contains(accessMode) {
      throw .usage("--access \(accessMode): expected \(Self.modes.joined(separator: ", "))")
    }
    let host = try host()
    do {
      return try HostAccess(host, accessMode.flatMap(AccessMode.init(rawValue:)))
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// - Throws: An error where no function is named.
  func requireSelection() throws {
    if slot == nil && id == nil {
      throw ValidationError("Expected functions: -s [[segment:]bus:]device.function or -d vendor:")
    }
  }

  /// - Throws: Status 2 where no function is meant by what was named.
  func requireFunctions(_ inventory: Inventory) throws(Complaint) {
    guard inventory.functions.isEmpty && inventory.failures.isEmpty else { return }
    let options = [slot.map { "-s \($0)" }, id.map { "-d \($0)" }].compactMap { $0 }
    throw .cannotRun("\(options.joined(separator: " ")): there is no such function")
  }

  /// The functions that are meant.
  func selection() throws(Complaint) -> FunctionSelection {
    var slotSelection: SlotSelection?
    var idSelection: IDSelection?
    if let slot {
      slotSelection = SlotSelection(slot)
      guard slotSelection != nil else {
        throw .usage(
          "-s \(slot): expected [[[[segment]:]bus]:][device][.[function]], hexadecimal")
      }
    }
    if let id {
      idSelection = IDSelection(id)
      guard idSelection != nil else {
        throw .usage("-d \(id): expected [vendor]:[device][:class[:interface]], hexadecimal")
      }
    }
    return FunctionSelection(slot: slotSelection, id: idSelection)
  }
}
