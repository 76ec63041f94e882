import PCIConfig

/// The registers of a dump as configuration space. It is read-only.
package struct DumpRegisters: ConfigurationSpace, Sendable {
  private let images: [FunctionAddress: ConfigurationImage]

  /// Takes the functions of a dump.
  init(_ dump: ConfigurationDump) {
    images = Dictionary(dump.functions.map { ($0.address, $0.image) }) { first, _ in first }
  }

  /// Reads a register.
  ///
  /// - Throws: ``AccessFailure/absent(_:)`` where the dump ends before it.
  package func read(_ access: ConfigurationAccess) throws(AccessFailure) -> UInt32 {
    let bytes = bytes(of: access.function)
    let first = Int(access.register.offset)
    guard first + access.width.byteCount <= bytes.count else { throw ends(access.function) }
    return UInt32(bytes.littleEndian(at: first, count: access.width.byteCount))
  }

  /// A dump is read-only: traps.
  package func write(_ access: ConfigurationAccess, _ value: UInt32) throws(AccessFailure) {
    preconditionFailure("a dump is read-only")
  }

  /// Reads consecutive doublewords, as many as the dump has.
  package func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(AccessFailure) -> [UInt32] {
    let bytes = bytes(of: function)
    let start = Int(first.offset)
    guard start + 4 <= bytes.count else { throw ends(function) }
    return (0..<min(count, (bytes.count - start) / 4)).map {
      UInt32(bytes.littleEndian(at: start + $0 * 4, count: 4))
    }
  }

  /// The bytes of a function; none where the dump does not have it.
  func bytes(of function: FunctionAddress) -> [UInt8] { images[function]?.bytes ?? [] }

  private func ends(_ function: FunctionAddress) -> AccessFailure {
    .absent("the dump has \(bytes(of: function).count) bytes of the function")
  }
}
