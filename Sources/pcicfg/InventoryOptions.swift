import ArgumentParser
import HostPCI
import PCIConfig
import ToolSupport

/// Where a command reads functions: the machine, and how it is accessed.
struct InventoryOptions: ParsableArguments {
  @OptionGroup var machine: MachineOptions

  @OptionGroup var access: AccessOptions

  func validate() throws {
    guard let file = machine.file else { return }
    let named =
      access.mode.map { "--access \(quoted($0))" }
      ?? access.policyName.map { "--policy \(quoted($0))" }
    if let named {
      throw ValidationError(
        "\(named): not supported with -F \(quoted(file)): a dump has one access mode")
    }
  }

  /// Opens the machine in the mode that was named, or reads the dump.
  ///
  /// - Throws: `ToolError` with status 2.
  func source() throws(ToolError) -> InventorySource {
    guard let file = machine.file, let dump = try machine.dump() else {
      return InventorySource(access: try access.access(to: try machine.host()), dump: nil)
    }
    return InventorySource(access: HostAccess(dump, path: file), dump: dump)
  }
}

/// What functions are read from.
struct InventorySource {
  /// The machine or the dump, and how its registers are accessed.
  let access: HostAccess
  /// The dump, if it is one.
  let dump: ConfigurationDump?

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
    if let dump { return Inventory(of: dump, selection) }
    do {
      return try Inventory(of: access, selection, details: details, byteLimit: byteLimit)
    } catch {
      throw .cannotRun("\(error)")
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
