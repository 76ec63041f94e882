import LinuxHost
import PCIConfig

/// Changes of registers, each found and its old value read before the first is written.
public struct RegisterWrites: Sendable {
  /// The change of one register.
  public struct Write: Equatable, Sendable {
    /// How the register was asked for.
    public let expression: RegisterExpression
    /// Which register it is.
    public let access: ConfigurationAccess
    /// The bits to write.
    public let value: RegisterAssignment.Value
    /// What it may stop; `nil` for nothing that is known here.
    public let hazard: WriteHazard?
    /// The value when the register was found; the change is made to what is there by then.
    public let found: UInt32
    /// The mode in which it was read.
    public let mode: AccessMode?
    /// Whether nothing keeps another access from falling between address and data, so that another
    /// register may be written.
    public let isUnlocked: Bool

    /// The function, the register as it was asked for, and its number, for example
    /// `0000:00:1f.3 COMMAND.w 0x04`.
    public var name: String { "\(access.function) \(expression) \(access.register)" }

    /// Why it takes a confirmation, in one line; `nil` where it takes none.
    public var caution: String? {
      let cautions =
        (hazard.map { ["\($0)"] } ?? [])
        + (isUnlocked
          ? ["written by ports, without the kernel's lock: it may hit another register"] : [])
      return cautions.isEmpty ? nil : cautions.joined(separator: "; ")
    }
  }

  /// The changes, in the order in which they are made.
  public private(set) var writes: [Write]
  private var sources: [RegisterSource]

  /// Finds the registers and reads their values, and writes nothing.
  ///
  /// - Parameters:
  ///   - assignments: What is to be changed in each function.
  ///   - functions: The functions.
  ///   - access: The live machine, and the mode; a record traps.
  /// - Throws: ``RegisterWriteFailure`` where a function does not have one of the registers, or one
  ///   cannot be read.
  public init(
    _ assignments: [RegisterAssignment], of functions: [ListedFunction],
    through access: HostAccess
  ) throws(RegisterWriteFailure) {
    var writes: [Write] = []
    var sources: [RegisterSource] = []
    for function in functions {
      let source: RegisterSource
      do {
        source = try RegisterSource(function, access)
      } catch {
        throw RegisterWriteFailure(description: "\(function.address): \(error.line)")
      }
      for assignment in assignments {
        let found = try Self.writes(assignment, of: function, source)
        writes += found
        sources += found.map { _ in source }
      }
    }
    self.writes = writes
    self.sources = sources
  }

  private static func writes(
    _ assignment: RegisterAssignment, of function: ListedFunction, _ source: RegisterSource
  ) throws(RegisterWriteFailure) -> [Write] {
    let expression = assignment.target
    let first: Register
    do {
      first = try source.find(expression, count: assignment.values.count)
    } catch {
      throw RegisterWriteFailure(description: "\(function.address) \(expression): \(error.line)")
    }
    var writes: [Write] = []
    for (index, value) in assignment.values.enumerated() {
      let offset = first.offset + UInt16(index * expression.width.byteCount)
      let access = source.access(Register(integerLiteral: offset), expression.width)
      do {
        let (found, mode) = try source.read(access)
        let hazard = try source.hazard(writing: value.mask, to: access.register)
        writes.append(
          Write(
            expression: expression, access: access, value: value, hazard: hazard, found: found,
            mode: mode, isUnlocked: source.isUnlocked(access.register)))
      } catch {
        throw RegisterWriteFailure(
          description: "\(function.address) \(expression) \(access.register) cannot be read: "
            + error.line)
      }
    }
    return writes
  }

  /// Appends changes, to be made after these.
  public mutating func append(_ other: RegisterWrites) {
    writes += other.writes
    sources += other.sources
  }

  /// Makes the changes one after the other, up to the first that is refused.
  public func perform() -> RegisterWriteReport {
    var report = RegisterWriteReport(isDryRun: false)
    for (write, source) in zip(writes, sources) {
      do {
        let old = try source.read(write.access).value
        let new = write.value.applied(to: old)
        let mode = try source.write(write.access, new)
        report.results.append(
          RegisterWriteReport.Result(write: write, old: old, new: new, mode: mode))
      } catch {
        let verb = error.mayBeWritten ? "may have been written, or not" : "was not written"
        report.failure = "\(write.name) \(verb): \(error.line)"
        return report
      }
      do {
        report.results[report.results.count - 1].readBack = try source.read(write.access).value
      } catch {
        report.failure = "\(write.name) was written, but cannot be read back: \(error.line)"
        return report
      }
    }
    return report
  }

  /// Shows what the changes would find, each as if those before it were made, and writes nothing.
  public func rehearse() -> RegisterWriteReport {
    var report = RegisterWriteReport(isDryRun: true)
    var changed: [FunctionAddress: [UInt16: UInt8]] = [:]
    for write in writes {
      let access = write.access
      var old = write.found
      let bytes = access.register.offset..<access.register.offset + UInt16(access.width.byteCount)
      for (index, offset) in bytes.enumerated() {
        guard let byte = changed[access.function]?[offset] else { continue }
        old = old & ~(0xFF << UInt32(index * 8)) | UInt32(byte) << UInt32(index * 8)
      }
      let new = write.value.applied(to: old)
      for (index, offset) in bytes.enumerated() {
        changed[access.function, default: [:]][offset] =
          UInt8(truncatingIfNeeded: new >> UInt32(index * 8))
      }
      report.results.append(
        RegisterWriteReport.Result(write: write, old: old, new: new, mode: write.mode))
    }
    return report
  }
}
