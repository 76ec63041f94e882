/// The four registers that CPUID returns.
public struct CPUIDRegisters: Equatable, Hashable, Sendable {
  /// The value of EAX.
  public var eax: UInt32
  /// The value of EBX.
  public var ebx: UInt32
  /// The value of ECX.
  public var ecx: UInt32
  /// The value of EDX.
  public var edx: UInt32

  /// Creates the registers of one leaf.
  public init(eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0, edx: UInt32 = 0) {
    self.eax = eax
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }
}

/// Something that answers CPUID: a processor, or a record of one.
public protocol CPUIDSource {
  /// Executes CPUID.
  ///
  /// - Parameters:
  ///   - leaf: The value of EAX.
  ///   - subleaf: The value of ECX.
  func cpuid(leaf: UInt32, subleaf: UInt32) -> CPUIDRegisters
}
