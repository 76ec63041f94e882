import PCIConfig
import ToolSupport

extension FunctionAddress {
  /// Parses an address that is an argument of a command.
  ///
  /// - Parameter argument: `[segment:]bus:device.function`, hexadecimal.
  /// - Throws: `ToolError` with status 64.
  init(argument: String) throws(ToolError) {
    guard let address = FunctionAddress(argument) else {
      throw .usage("\(quoted(argument)): expected [segment:]bus:device.function, hexadecimal")
    }
    self = address
  }
}
