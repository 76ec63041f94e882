import GuestProtocol

/// A suite's ROM and what can be read from it without running it.
public struct GuestImage: Equatable, Sendable {
  /// The suite's name.
  public let suite: String
  /// The ROM's contents.
  public let bytes: [UInt8]
  /// The suite's checks, ordered by name.
  public let checks: [CheckID]
  /// Where its code comes from, empty where that is not known.
  public let lines: SourceLines

  /// Creates an image.
  ///
  /// - Parameters:
  ///   - suite: The suite's name.
  ///   - bytes: The ROM's contents.
  ///   - lines: Where its code comes from.
  public init(suite: String, bytes: [UInt8], lines: SourceLines = SourceLines()) {
    self.suite = suite
    self.bytes = bytes
    self.lines = lines
    checks = Self.checks(of: suite, in: bytes)
  }

  /// The image with other parameters.
  ///
  /// - Throws: `ParameterBlockError` where the image cannot hold them.
  public func bytes(with parameters: Parameters) throws(ParameterBlockError) -> [UInt8] {
    var result = bytes
    try ParameterBlock.write(parameters, into: &result)
    return result
  }

  /// Every check's name stands in the ROM as a string that a zero ends.
  private static func checks(of suite: String, in bytes: [UInt8]) -> [CheckID] {
    let prefix = Array("\(suite).".utf8)
    var result: Set<CheckID> = []
    var start = 0
    for index in bytes.indices {
      let byte = bytes[index]
      if byte == 0 {
        let string = bytes[start..<index]
        if string.starts(with: prefix), let id = CheckID(String(decoding: string, as: UTF8.self)) {
          result.insert(id)
        }
      }
      if !(0x20..<0x7F).contains(byte) { start = index + 1 }
    }
    return result.sorted()
  }
}
