import HostPCI
import PCIConfig

/// The registers of an inventory as a document for programs.
public struct DumpDocument: Encodable, Sendable {
  struct Function: Encodable {
    let address: String
    let classCode: String
    let vendor: String
    let device: String
    /// The registers from 0 on, two digits for each byte.
    let registers: String
    /// The mode in which they were read: `sysfs`, `procfs`, `conf1` or `ecam`; missing for a dump.
    let access: String?
    /// The same for registers from 0x100 up; missing where there are none.
    let extendedAccess: String?
  }

  let schema = "pcicfg.dump"
  let version = 1
  let functions: [Function]
  let failures: [String]

  /// Creates the document.
  ///
  /// - Parameters:
  ///   - inventory: The functions with their registers.
  ///   - byteLimit: The greatest number of bytes of each.
  public init(_ inventory: Inventory, byteLimit: Int) {
    functions = inventory.functions.map { function in
      Function(
        address: function.address.description, classCode: "0x\(function.classCode)",
        vendor: "0x" + hexadecimal(function.vendorID, digits: 4),
        device: "0x" + hexadecimal(function.deviceID, digits: 4),
        registers: hexadecimalText(function.image?.bytes.prefix(byteLimit) ?? []),
        access: function.mode?.rawValue,
        extendedAccess: byteLimit > 256 ? function.extendedMode?.rawValue : nil)
    }
    failures = inventory.failures
  }
}
