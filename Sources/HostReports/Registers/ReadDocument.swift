import HostPCI

/// The values of registers as a document for programs.
public struct ReadDocument: Encodable, Sendable {
  struct Reading: Encodable {
    let address: String
    let expression: String
    let register: String
    /// In bits.
    let width: Int
    let value: String
    /// The mode in which it was read: `sysfs`, `procfs`, `conf1` or `ecam`; missing for a dump.
    let access: String?
  }

  let schema = "pcicfg.read"
  let version = 1
  let readings: [Reading]
  let failures: [String]

  /// Creates the document.
  ///
  /// - Parameters:
  ///   - readings: The values.
  ///   - failures: What could not be looked at before.
  public init(_ readings: RegisterReadings, failures: [String]) {
    self.readings = readings.readings.map { reading in
      Reading(
        address: "\(reading.access.function)", expression: "\(reading.expression)",
        register: "\(reading.access.register)", width: reading.access.width.bitCount,
        value: reading.access.width.text(reading.value), access: reading.mode?.rawValue)
    }
    self.failures = failures + readings.failures
  }
}
