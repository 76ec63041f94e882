extension RegisterExpression {
  /// The names of header registers and capabilities that an expression can start with.
  public static var names: [String] {
    let conventional = CapabilityID.table.compactMap { $0.abbreviation.map { "CAP_" + $0 } }
    let extended = ExtendedCapabilityID.table.compactMap { $0.abbreviation.map { "ECAP_" + $0 } }
    return HeaderRegister.table.map { $0.name } + conventional + extended
  }

  /// Reads an expression. Numbers are hexadecimal, and letters may be small or capital.
  ///
  /// - Parameter text: `base[+offset][.b|.w|.l][@n]`, where the base is a number, a name of
  ///   ``HeaderRegister/table``, `CAP_NAME`, `CAPid`, `ECAP_NAME` or `ECAPid`. A name of the header
  ///   brings its width.
  /// - Throws: ``RegisterExpressionError``.
  public init(_ text: String) throws(RegisterExpressionError) {
    let bytes = Array(text.utf8)
    guard !bytes.contains(UInt8(ascii: "=")) else { throw .unexpectedValue }
    self = try RegisterExpression(bytes[...], count: 1)
  }

  /// - Parameter count: How many consecutive registers are meant.
  init(_ text: ArraySlice<UInt8>, count: Int) throws(RegisterExpressionError) {
    var rest = text
    var instance: UInt32 = 0
    if let number = rest.cutBehindFirst("@") {
      guard let value = number.number.flatMap(UInt32.init(exactly:)) else {
        throw .invalidInstance(number.text)
      }
      instance = value
    }
    var width: AccessWidth?
    if let letter = rest.cutBehindFirst(".") {
      width = AccessWidth(letter: letter)
      guard width != nil else { throw .invalidWidth(letter.text) }
    }
    var offset: UInt16 = 0
    if let number = rest.cutBehindFirst("+") {
      guard let value = number.number, value < 4096 else {
        throw .invalidOffset(number.text)
      }
      offset = UInt16(value)
    }
    let base = try Base(rest)
    var first = 0
    switch base {
    case .register(let register): first = Int(register.offset)
    case .header(let named):
      first = Int(named.register.offset)
      width = width ?? named.width
    case .capability, .extendedCapability: break
    }
    guard let width else { throw .missingWidth }
    first += Int(offset)
    guard first + width.byteCount * count <= 4096 else { throw .outOfRange(first) }
    // Capabilities are at multiples of 4.
    guard first % width.byteCount == 0 else { throw .misaligned(first, width) }
    self.init(base: base, offset: offset, width: width, instance: instance)
    if instance > 0 {
      switch base {
      case .register, .header: throw .notACapability("\(base)")
      case .capability, .extendedCapability: break
      }
    }
  }
}

extension RegisterExpression.Base {
  fileprivate init(_ text: ArraySlice<UInt8>) throws(RegisterExpressionError) {
    if let number = text.number {
      guard number < 4096 else { throw .registerOutOfRange(text.text) }
      self = .register(Register(integerLiteral: UInt16(number)))
      return
    }
    let name = text.map { $0.capital }
    if let named = HeaderRegister.table.first(where: { $0.name.utf8.elementsEqual(name) }) {
      self = .header(named)
      return
    }
    if name.starts(with: "ECAP".utf8),
      let number = Self.number(name[4...], ExtendedCapabilityID.table),
      let id = UInt16(exactly: number)
    {
      self = .extendedCapability(id: ExtendedCapabilityID(rawValue: id))
      return
    }
    if name.starts(with: "CAP".utf8),
      let number = Self.number(name[3...], CapabilityID.table), let id = UInt8(exactly: number)
    {
      self = .capability(id: CapabilityID(rawValue: id))
      return
    }
    throw .unknownRegister(text.text)
  }

  /// - Parameter text: What follows `CAP` or `ECAP`: an underscore and an abbreviation, or an ID.
  private static func number(
    _ text: ArraySlice<UInt8>, _ table: [CapabilityDefinition]
  ) -> UInt64? {
    guard text.first == UInt8(ascii: "_") else { return text.number }
    let name = text.dropFirst()
    return table.first { $0.abbreviation?.utf8.elementsEqual(name) == true }
      .map { UInt64($0.number) }
  }
}

extension AccessWidth {
  /// - Parameter letter: `b`, `w` or `l`, small or capital.
  fileprivate init?(letter: ArraySlice<UInt8>) {
    guard letter.count == 1, let first = letter.first else { return nil }
    switch first.capital {
    case UInt8(ascii: "B"): self = .byte
    case UInt8(ascii: "W"): self = .word
    case UInt8(ascii: "L"): self = .doubleword
    default: return nil
    }
  }
}

extension UInt8 {
  /// The capital letter for a small one of ASCII; else the same byte.
  fileprivate var capital: UInt8 {
    UInt8(ascii: "a")...UInt8(ascii: "z") ~= self ? self & 0xDF : self
  }
}

extension ArraySlice<UInt8> {
  /// Takes away everything from a character on.
  ///
  /// - Returns: What stood behind its first occurrence; `nil` where it does not occur.
  mutating func cutBehindFirst(_ character: Unicode.Scalar) -> ArraySlice<UInt8>? {
    guard let index = firstIndex(of: UInt8(ascii: character)) else { return nil }
    defer { self = self[..<index] }
    return self[(index + 1)...]
  }

  /// The hexadecimal number, with or without `0x`, as ``hexadecimalNumber(_:)`` reads it.
  var number: UInt64? {
    let hasPrefix =
      count > 2 && self[startIndex] == UInt8(ascii: "0")
      && self[startIndex + 1].capital == UInt8(ascii: "X")
    return hexadecimalNumber(hasPrefix ? dropFirst(2) : self)
  }
}
