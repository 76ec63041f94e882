import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Which functions a command looks at, with lspci's letters.
struct InventoryOptions: ParsableArguments {
  @OptionGroup var machine: MachineOptions

  @Option(
    name: .customShort("s"),
    help: ArgumentHelp(
      "Only [[[[segment]:]bus]:][device][.[function]], hexadecimal.", valueName: "slot"))
  var slot: String?

  @Option(
    name: .customShort("d"),
    help: ArgumentHelp("Only [vendor]:[device][:class[:interface]].", valueName: "id"))
  var id: String?

  /// The dump to look at instead of a machine.
  var file: String? { machine.file }

  /// - Throws: An error where no function is named.
  func requireSelection() throws {
    if slot == nil && id == nil {
      throw ValidationError("Expected functions: -s [[segment:]bus:]device.function or -d vendor:")
    }
  }

  /// The functions that were named, at least one, with what they are.
  func selectedInventory() throws(Complaint) -> Inventory {
    let inventory = try inventory(try selection(), [])
    guard !inventory.functions.isEmpty || !inventory.failures.isEmpty else {
      let options = [slot.map { "-s \($0)" }, id.map { "-d \($0)" }].compactMap { $0 }
      throw .cannotRun("\(options.joined(separator: " ")): there is no such function")
    }
    return inventory
  }

  /// Which functions are meant.
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

  /// Reads the functions.
  ///
  /// - Parameters:
  ///   - selection: Which functions are meant.
  ///   - details: What is read of each, where it is not a dump that has all.
  func inventory(
    _ selection: FunctionSelection, _ details: Inventory.Details
  ) throws(Complaint) -> Inventory {
    if let dump = try machine.dump() { return Inventory(of: dump, selection) }
    let host = try machine.host()
    do {
      return try Inventory(of: host, selection, details: details)
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// Says what could not be listed.
  ///
  /// - Throws: Status 1 where there is something.
  func report(_ inventory: Inventory) throws {
    for failure in inventory.failures { remark(failure) }
    if !inventory.failures.isEmpty { throw ExitCode(1) }
  }
}
