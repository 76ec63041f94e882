/// The twelve bytes by which a hypervisor names itself: EBX, ECX and EDX of its first CPUID leaf,
/// each little-endian.
public struct HypervisorSignature: Hashable, Sendable {
  /// Bytes 0 to 3.
  public let ebx: UInt32
  /// Bytes 4 to 7.
  public let ecx: UInt32
  /// Bytes 8 to 11.
  public let edx: UInt32

  /// Creates a signature from the registers.
  public init(ebx: UInt32, ecx: UInt32, edx: UInt32) {
    self.ebx = ebx
    self.ecx = ecx
    self.edx = edx
  }

  /// Whether all twelve bytes are zero, as with QEMU's `tcg-cpuid=off`.
  public var isEmpty: Bool { ebx | ecx | edx == 0 }

  /// The hypervisor that the table has for this signature, or `nil`.
  public var hypervisor: Hypervisor? {
    for entry in Self.table where entry.signature == self { return entry.hypervisor }
    return nil
  }

  /// The byte at an index.
  ///
  /// - Parameter index: 0 to 11.
  public subscript(index: Int) -> UInt8 {
    precondition(0..<12 ~= index, "a signature has twelve bytes")
    let word = index < 4 ? ebx : index < 8 ? ecx : edx
    return UInt8(truncatingIfNeeded: word >> UInt32(index % 4 * 8))
  }
}

extension HypervisorSignature: CustomStringConvertible {
  /// The bytes as text: zeros at the end left out, what is not printable ASCII as `\xNN`.
  public var description: String {
    var count = 12
    while count > 0 && self[count - 1] == 0 { count -= 1 }
    var text = ""
    for index in 0..<count {
      let byte = self[index]
      if (0x20...0x7E).contains(byte) && byte != UInt8(ascii: "\\") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "\\x" + hexadecimal(byte, digits: 2)
      }
    }
    return text
  }
}
