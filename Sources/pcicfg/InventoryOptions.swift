import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Where a command reads functions: the machine, and how it is accessed.
struct InventoryOptions: ParsableArguments {
  @OptionGroup var machine: MachineOptions

  @OptionGroup var access: AccessOptions

  func validate() throws {
    if let file = machine.file, let mode = access.mode {
      throw ValidationError(
        "--access \(quoted(mode)): not supported with -F \(quoted(file)): a dump has one access mode"
      )
    }
  }

  /// Opens the machine in the mode that was named, or reads the dump.
  ///
  /// - Throws: `ToolError` with status 2.
  func source() throws(ToolError) -> InventorySource {
    if let dump = try machine.dump() { return .dump(dump) }
    return .machine(try access.access(to: try machine.host()))
  }
}

/// What functions are read from.
enum InventorySource {
  case machine(HostAccess)
  case dump(ConfigurationDump)

  /// The machine and the mode; `nil` for a dump.
  var access: HostAccess? {
    if case .machine(let access) = self { access } else { nil }
  }

  /// Reads functions.
  ///
  /// - Parameters:
  ///   - selection: Which functions.
  ///   - details: What is read of each function of a machine; a dump always has everything.
  ///   - byteLimit: How many bytes of registers are read at most, 64 to 4096.
  /// - Throws: `ToolError` with status 2 where no functions can be listed.
  func inventory(
    _ selection: FunctionSelection, _ details: Inventory.Details = [], byteLimit: Int = 4096
  ) throws(ToolError) -> Inventory {
    switch self {
    case .dump(let dump): return Inventory(of: dump, selection)
    case .machine(let access):
      do {
        return try Inventory(of: access, selection, details: details, byteLimit: byteLimit)
      } catch {
        throw .cannotRun("\(error)")
      }
    }
  }
}

extension Inventory {
  /// Reports what is missing from a list of functions.
  ///
  /// - Parameter functions: The options that selected the functions.
  /// - Throws: `ToolError` with status 2 where `-s` names one function that does not exist; status 1
  ///   where something could not be read.
  func report(_ functions: FunctionOptions) throws {
    for failure in failures { warn(failure) }
    let selection = try functions.selection()
    if selection.namesOneFunction, !contains(selection) { throw functions.noSuchFunction }
    if !failures.isEmpty { throw ExitCode(1) }
  }
}
