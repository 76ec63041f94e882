/// The part of an image that holds its ``Parameters``.
///
/// | offset | size | |
/// |---|---|---|
/// | 0 | 16 | ``magic``, at a multiple of 16 within the image |
/// | 16 | 2 | ``version``, little-endian |
/// | 18 | 2 | the number of bytes of text, little-endian |
/// | 20 | ``textCapacity`` | the text, zeros behind it |
public enum ParameterBlock {
  /// The bytes by which a host finds the block.
  public static let magic: [UInt8] = [
    0xCF, 0x8C, 0xFC, 0x0D, 0x50, 0x41, 0x52, 0x41, 0x4D, 0x45, 0x54, 0x45, 0x52, 0x53, 0x0D, 0x0A,
  ]
  /// The version of the layout.
  public static let version: UInt16 = 1
  /// The size of the block in bytes.
  public static let size = 1024
  /// How many bytes of text fit.
  public static let textCapacity = size - textOffset
  /// The offset of the text in bytes.
  public static let textOffset = 20

  /// The parameters in an image or a block.
  ///
  /// - Parameter image: The bytes.
  /// - Throws: ``ParameterBlockError`` where there is no block that this version understands.
  public static func parameters(in image: [UInt8]) throws(ParameterBlockError) -> Parameters {
    let offset = try find(in: image)
    let count = Int(image[offset + 18]) | Int(image[offset + 19]) << 8
    guard count <= textCapacity else { throw .textTooLong(count) }
    let start = offset + textOffset
    return Parameters(text: Array(image[start..<(start + count)]))
  }

  /// Writes parameters into an image.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - image: The bytes.
  /// - Throws: ``ParameterBlockError``; the image is unchanged then.
  public static func write(
    _ parameters: Parameters, into image: inout [UInt8]
  ) throws(ParameterBlockError) {
    let offset = try find(in: image)
    let text = parameters.text
    guard text.count <= textCapacity else { throw .textTooLong(text.count) }
    image[offset + 18] = UInt8(truncatingIfNeeded: text.count)
    image[offset + 19] = UInt8(truncatingIfNeeded: text.count >> 8)
    for index in 0..<textCapacity {
      image[offset + textOffset + index] = index < text.count ? text[index] : 0
    }
  }

  private static func find(in image: [UInt8]) throws(ParameterBlockError) -> Int {
    var offset = 0
    while offset + size <= image.count {
      if image[offset..<(offset + magic.count)].elementsEqual(magic) {
        let found = UInt16(image[offset + 16]) | UInt16(image[offset + 17]) << 8
        guard found == version else { throw .version(found) }
        return offset
      }
      offset += 16
    }
    throw .missing
  }
}

/// Why an image's parameters cannot be read or written.
public enum ParameterBlockError: Error, Equatable, Sendable {
  /// The image has no block: nothing was built with the project's runtime.
  case missing
  /// The block has another layout.
  case version(UInt16)
  /// The text, of this many bytes, does not fit or cannot have fitted.
  case textTooLong(Int)
}

extension ParameterBlockError: CustomStringConvertible {
  /// What is wrong and what was expected, in one line.
  public var description: String {
    switch self {
    case .missing: "the image has no parameter block"
    case .version(let version):
      "the image's parameter block has version \(version): expected \(ParameterBlock.version)"
    case .textTooLong(let count):
      "the parameters take \(count) bytes: at most \(ParameterBlock.textCapacity) fit"
    }
  }
}
