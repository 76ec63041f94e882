import ArgumentParser
import HostPCI
import ToolSupport

/// Which functions are meant, with lspci's letters.
struct SelectionOptions: ParsableArguments {
  @Option(
    name: .customShort("s"),
    help: ArgumentHelp(
      "Only [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    name: .customShort("d"),
    help: ArgumentHelp("Only [vendor]:[device][:class[:interface]].", valueName: "id"))
  var id: String?

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
