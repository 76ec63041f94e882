import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Which functions of what are asked for.
struct InventoryQuery {
  var machine: MachineSource
  var functions: FunctionQuery

  /// The dump to look at instead of a machine.
  var file: String? { machine.file }

  /// Which functions are meant.
  func selection() throws(ToolError) -> FunctionSelection { try functions.selection() }

  /// The machine, in the mode that was named; `nil` for a dump.
  func access() throws(ToolError) -> HostAccess? {
    guard file == nil else { return nil }
    return try functions.access(to: try machine.host())
  }

  /// Reads the functions.
  ///
  /// - Parameters:
  ///   - selection: Which functions are meant.
  ///   - details: What is read of each, where it is not a dump that has all.
  ///   - access: The machine and the mode; `nil` for the dump.
  ///   - byteLimit: How many bytes of registers are read where they are asked for.
  func inventory(
    _ selection: FunctionSelection, _ details: Inventory.Details, through access: HostAccess?,
    byteLimit: Int = 4096
  ) throws(ToolError) -> Inventory {
    if let dump = try machine.dump() { return Inventory(of: dump, selection) }
    do {
      guard let access else { preconditionFailure("neither a dump nor a machine") }
      return try Inventory(
        of: access, selection, details: details, byteLimit: byteLimit)
    } catch {
      throw .cannotRun("\(error)")
    }
  }

  /// Says what could not be listed.
  ///
  /// - Throws: Status 1 where there is something.
  func report(_ inventory: Inventory) throws {
    for failure in inventory.failures { warn(failure) }
    if !inventory.failures.isEmpty { throw ExitCode(1) }
  }
}
