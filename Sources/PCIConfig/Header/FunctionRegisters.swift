/// The registers of one function, to be decoded.
public protocol FunctionRegisters {
  /// Reads a doubleword.
  ///
  /// - Parameter offset: The register, a multiple of 4 from 0 to 4092.
  /// - Returns: The value; `nil` where these registers do not reach so far.
  func doubleword(at offset: UInt16) -> UInt32?
}

/// The registers of a function as they were once read: the bytes from register 0 on.
public struct ConfigurationImage: FunctionRegisters, Equatable, Sendable {
  /// The bytes, at most 4096 of which count.
  public let bytes: [UInt8]

  /// Creates an image.
  ///
  /// - Parameter bytes: The registers from 0 on; any number, usually 64, 256 or 4096.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The doubleword at an offset; `nil` where the image ends before its last byte.
  public func doubleword(at offset: UInt16) -> UInt32? {
    let first = Int(offset)
    guard first + 4 <= min(bytes.count, 4096) else { return nil }
    return UInt32(bytes[first]) | UInt32(bytes[first + 1]) << 8 | UInt32(bytes[first + 2]) << 16
      | UInt32(bytes[first + 3]) << 24
  }
}

/// The registers of a function, read from a configuration space on demand.
public struct LiveRegisters<Space: ConfigurationSpace>: FunctionRegisters {
  /// The configuration space.
  public let space: Space
  /// The function.
  public let function: FunctionAddress

  /// Creates the registers of a function.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - space: The configuration space.
  public init(of function: FunctionAddress, through space: Space) {
    self.function = function
    self.space = space
  }

  /// Reads a doubleword; `nil` where the space does not reach it or the access fails.
  public func doubleword(at offset: UInt16) -> UInt32? {
    guard offset % 4 == 0, offset < 4096 else { return nil }
    let register = Register(integerLiteral: offset)
    do throws(Space.Failure) {
      return try space.read(ConfigurationAccess(aligned: register, .doubleword, of: function))
    } catch {
      return nil
    }
  }
}

extension LiveRegisters: Sendable where Space: Sendable {}
