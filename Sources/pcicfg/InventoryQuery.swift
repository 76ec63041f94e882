import ArgumentParser
import HostPCI
import ToolSupport

/// Which functions of what are asked for.
struct InventoryQuery {
  var machine: MachineSource
  var functions: FunctionQuery

  /// The dump to look at instead of a machine.
  var file: String? { machine.file }

  /// Which functions are meant.
  func selection() throws(Complaint) -> FunctionSelection { try functions.selection() }

  /// The machine or the dump, and how its registers are accessed.
  func access() throws(Complaint) -> HostAccess {
    if let file, let dump = try machine.dump() { return HostAccess(dump, path: file) }
    return try functions.access(to: try machine.host())
  }

  /// Reads the functions.
  ///
  /// - Parameters:
  ///   - selection: Which functions are meant.
  ///   - details: What is read of each, where it is not a dump that has all.
  ///   - access: The machine or the dump, and how its registers are accessed.
  ///   - byteLimit: How many bytes of registers are read where they are asked for.
  func inventory(
    _ selection: FunctionSelection, _ details: Inventory.Details, through access: HostAccess,
    byteLimit: Int = 4096
  ) throws(Complaint) -> Inventory {
    if let dump = try machine.dump() { return Inventory(of: dump, selection) }
    do {
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
    for failure in inventory.failures { remark(failure) }
    if !inventory.failures.isEmpty { throw ExitCode(1) }
  }
}
