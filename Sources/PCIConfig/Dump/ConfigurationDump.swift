/// Configuration space as text: what `lspci -x`, `-xxx` and `-xxxx` print and `lspci -F` reads
/// (lspci(8)).
///
/// A function begins with a line of its address and a blank; lines of an offset, a colon and bytes
/// follow, in hexadecimal; an empty line ends it. Other lines count for nothing, so that the text
/// may also be that of `lspci -vvvxxxx`, or a log in which it stands. The address may be a path
/// through bridges with its bus numbers, as `lspci -PP` writes it.
///
/// Of a log in which lspci ran more than once the first dump counts.
public struct ConfigurationDump: Equatable, Sendable {
  /// A function of a dump.
  public struct Function: Equatable, Sendable {
    /// Where it is.
    public let address: FunctionAddress
    /// Its registers, as many as the dump has.
    public let image: ConfigurationImage

    /// Creates a function.
    public init(address: FunctionAddress, image: ConfigurationImage) {
      self.address = address
      self.image = image
    }
  }

  /// The functions with registers, in the order of the text, each once.
  public let functions: [Function]
  /// The functions that are named, and never with registers, ascending.
  public let functionsWithoutRegisters: [FunctionAddress]
  /// The registers that the text has and the dump has not, in the order of the text.
  public let ignoredRegisters: [IgnoredRegisters]

  /// Creates a dump.
  public init(_ functions: [Function]) {
    self.functions = functions
    functionsWithoutRegisters = []
    ignoredRegisters = []
  }

  /// Reads a dump. Any bytes may be given.
  ///
  /// - Parameter text: The text; lines end with a line feed, before which a carriage return may be.
  /// - Throws: ``ConfigurationDumpError`` for a line that begins as registers do and goes on
  ///   otherwise: a damaged dump is not taken for a whole one.
  public init(parsing text: [UInt8]) throws(ConfigurationDumpError) {
    var reader = DumpReader()
    var start = 0
    var number = 0
    while start < text.count {
      var end = start
      while end < text.count && text[end] != UInt8(ascii: "\n") { end += 1 }
      number += 1
      var last = end
      if last > start && text[last - 1] == UInt8(ascii: "\r") { last -= 1 }
      try reader.read(text[start..<last], number)
      start = end + 1
    }
    reader.endFunction()
    reader.endDump()
    functions = reader.functions
    functionsWithoutRegisters = reader.functionsWithoutRegisters
    ignoredRegisters = reader.ignored
  }
}
