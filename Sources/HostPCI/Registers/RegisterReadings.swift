import LinuxHost
import PCIConfig

/// The values of some registers of some functions.
public struct RegisterReadings: Sendable {
  /// The value of one register.
  public struct Reading: Equatable, Sendable {
    /// How the register was asked for.
    public let expression: RegisterExpression
    /// Which register it is.
    public let access: ConfigurationAccess
    /// The value.
    public let value: UInt32
    /// The mode in which it was read; `nil` for a dump.
    public let mode: AccessMode?
  }

  /// What was read, function by function.
  public private(set) var readings: [Reading]
  /// What could not be read, a sentence each.
  public private(set) var failures: [String]

  /// Reads registers.
  ///
  /// - Parameters:
  ///   - expressions: The registers.
  ///   - functions: The functions.
  ///   - access: The machine or the dump, and how its registers are accessed.
  public init(
    _ expressions: [RegisterExpression], of functions: [ListedFunction],
    through access: HostAccess
  ) {
    var readings: [Reading] = []
    var failures: [String] = []
    for function in functions {
      let source: RegisterSource
      do {
        source = try RegisterSource(function, access)
      } catch {
        failures.append("\(function.address): \(error.line)")
        continue
      }
      for expression in expressions {
        do {
          let register = try source.find(expression)
          let access = source.access(register, expression.width)
          let (value, mode) = try source.read(access)
          readings.append(
            Reading(expression: expression, access: access, value: value, mode: mode))
        } catch {
          failures.append("\(function.address) \(expression): \(error.line)")
        }
      }
    }
    self.readings = readings
    self.failures = failures
  }

  /// Appends the values and failures of other readings.
  public mutating func append(_ other: RegisterReadings) {
    readings += other.readings
    failures += other.failures
  }

  /// The values alone, a line each, as setpci prints them.
  public var text: String {
    readings.map { hexadecimal($0.value, digits: $0.access.width.byteCount * 2) + "\n" }.joined()
  }

  /// The values behind the functions and the registers, a line each.
  public var verboseText: String {
    readings.map {
      "\($0.access.function) \($0.expression) \($0.access.register) = "
        + hexadecimal($0.value, digits: $0.access.width.byteCount * 2) + "\n"
    }.joined()
  }
}
