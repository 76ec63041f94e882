/// A PCI function: its registers, what its base address registers reach and, where it is a bridge,
/// what lies behind it.
public final class PCIFunction {
  /// The registers.
  public private(set) var configuration: ConfigurationRegisters
  /// How often guests have written registers.
  private(set) var writeCount: UInt64 = 0
  /// The base address registers.
  public let baseAddresses: [BaseAddressRegister]
  /// The functions behind a bridge by device and function (device in bits 7:3, function in 2:0);
  /// `nil` where this is no bridge.
  public let secondaryBus: [UInt8: PCIFunction]?
  /// The bridges among those.
  let bridgesBehind: [PCIFunction]
  /// What else a write does: called after the registers have changed, with the offsets written.
  private let sideEffect: (@Sendable (inout ConfigurationRegisters, Range<Int>) -> Void)?

  /// What is wrong on purpose, and what it remembers: the base address that was sized last.
  private var mutation: Mutation?
  private var sized: Int?

  /// Creates a function.
  ///
  /// - Parameters:
  ///   - configuration: The registers after a reset, without those of `baseAddresses`.
  ///   - baseAddresses: The base address registers.
  ///   - secondaryBus: What lies behind a bridge.
  ///   - sideEffect: What else a write does, after the registers have changed.
  public init(
    _ configuration: ConfigurationRegisters, baseAddresses: [BaseAddressRegister] = [],
    secondaryBus: [UInt8: PCIFunction]? = nil,
    sideEffect: (@Sendable (inout ConfigurationRegisters, Range<Int>) -> Void)? = nil
  ) {
    self.configuration = configuration
    self.baseAddresses = baseAddresses
    self.secondaryBus = secondaryBus
    bridgesBehind = Self.bridges(of: secondaryBus ?? [:])
    self.sideEffect = sideEffect
    for register in baseAddresses { register.install(in: &self.configuration) }
  }

  /// The bridges of a bus, in the order of their addresses: where two of them lead to a bus, the
  /// first one has it.
  static func bridges(of functions: [UInt8: PCIFunction]) -> [PCIFunction] {
    functions.sorted { $0.key < $1.key }.map(\.value).filter { $0.secondaryBus != nil }
  }

  /// Reads registers.
  ///
  /// A function without extended configuration space does not answer there: a root complex
  /// completes such a request as an unsupported one, and the processor reads all ones (PCI Express
  /// Base Specification 6.0, 2.3.1 and 7.2.1).
  ///
  /// - Returns: The value, or `nil` where there are no such registers.
  public func read(at offset: Int, size: Int) -> UInt32? {
    if mutation == .ecamExtendedAliased {
      return configuration.read(at: offset % configuration.count, size: size)
    }
    return configuration.read(at: offset, size: size)
  }

  /// Writes registers.
  public func write(_ value: UInt32, at offset: Int, size: Int) {
    writeCount &+= 1
    if let mutation, isMishandled(value, at: offset, size: size, by: mutation) { return }
    configuration.write(value, at: offset, size: size)
    sideEffect?(&configuration, offset..<offset + size)
  }

  /// Makes the function wrong, and those behind it.
  func mutate(_ mutation: Mutation) {
    self.mutation = mutation
    mutation.change(&configuration, baseAddresses)
    secondaryBus?.values.forEach { $0.mutate(mutation) }
  }

  /// Writes base addresses as a mutation has it.
  ///
  /// - Returns: Whether the write has been dealt with.
  private func isMishandled(
    _ value: UInt32, at offset: Int, size: Int, by mutation: Mutation
  ) -> Bool {
    guard
      let register = baseAddresses.first(where: { $0.offset == offset & ~3 && $0.kind != .ports })
    else { return false }
    switch mutation {
    case .barBytesDropped: return size != 4
    case .barShowsSize where value == .max:
      let type = configuration.doubleword(register.offset) & 0xF
      configuration.set(register.offset, to: UInt32(truncatingIfNeeded: register.size) | type)
      return true
    case .barLostAfterSizing:
      defer { sized = value == .max ? offset : nil }
      return sized == offset && value != .max
    case .bar64HalvesTied where register.kind == .memory64:
      configuration.set(register.offset + 4, to: 0 as UInt32)
      return false
    default: return false
    }
  }
}
