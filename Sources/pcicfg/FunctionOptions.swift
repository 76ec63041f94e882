import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// The functions that a command selects, with lspci's options.
struct FunctionOptions: ParsableArguments {
  @Option(
    name: Letter.slot.name,
    help: ArgumentHelp(
      "Only [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    name: Letter.id.name,
    help: ArgumentHelp("Only [vendor]:[device][:class[:interface]].", valueName: "id"))
  var id: String?

  /// The selection.
  ///
  /// - Throws: `ToolError` with status 64 for an option that is malformed.
  func selection() throws(ToolError) -> FunctionSelection {
    var slotSelection: SlotSelection?
    if let slot {
      do {
        slotSelection = try SlotSelection(slot)
      } catch {
        throw .usage("-s \(quoted(slot)): \(error)")
      }
    }
    guard let id else { return FunctionSelection(slot: slotSelection) }
    do {
      return FunctionSelection(slot: slotSelection, id: try IDSelection(id))
    } catch {
      throw .usage("-d \(quoted(id)): \(error)")
    }
  }

  /// The error that the selected functions do not exist, the same for every command.
  var noSuchFunction: ToolError {
    let options = [slot.map { "-s \(quoted($0))" }, id.map { "-d \(quoted($0))" }].compactMap { $0 }
    return .cannotRun("\(options.joined(separator: " ")): no such function")
  }
}
