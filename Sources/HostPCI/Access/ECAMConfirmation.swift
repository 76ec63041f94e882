import LinuxHost
import PCIConfig

/// Whether ECAM shows a function as another mode does: asked before anything else is accessed
/// through it.
struct ECAMConfirmation {
  private let host: Host
  private let address: FunctionAddress

  init(_ host: Host, _ address: FunctionAddress) {
    self.host = host
    self.address = address
  }

  /// Compares the registers that identify the function. Nothing is read through ECAM where no other
  /// mode reads them.
  ///
  /// - Parameter registers: The function's registers through ECAM.
  /// - Throws: `AccessFailure` where they differ, or there is nothing to compare with.
  func confirm(_ registers: FunctionAccess) throws(AccessFailure) {
    let (mode, expected) = try reference()
    for (register, wanted) in expected {
      let value = try registers.read(register, .doubleword).value
      guard value == wanted else {
        throw .differs(register, value: value, expected: wanted, mode)
      }
    }
  }

  /// What the first other mode reads that can be had.
  private func reference() throws(AccessFailure) -> (AccessMode, [(Register, UInt32)]) {
    for mode in [AccessMode.sysfs, .procfs, .mechanism1] {
      do {
        let registers = try HostAccess(host, mode).registers(of: address)
        let revision = try registers.read(.revisionID, .doubleword).value
        // What does not answer agrees with every address where nothing is.
        guard revision != .max else { continue }
        return (
          mode,
          [
            (.vendorID, try registers.read(.vendorID, .doubleword).value),
            (.revisionID, revision),
          ]
        )
      } catch {
        continue
      }
    }
    throw .noReference
  }
}
