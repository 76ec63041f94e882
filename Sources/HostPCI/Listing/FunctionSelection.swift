import PCIConfig

/// Which functions are meant, by their address: lspci's `-s` (lspci(8)).
public struct SlotSelection: Equatable, Sendable {
  private var segment: UInt32?
  private var bus: UInt32?
  private var device: UInt32?
  private var function: UInt32?

  /// Reads `[[[[segment]:]bus]:][device][.[function]]`, hexadecimal; a part that is left out or `*`
  /// means all.
  ///
  /// - Throws: ``SelectionError`` where the text has another form or a number is out of range.
  public init(_ text: String) throws(SelectionError) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { throw .slot }
    let slot = parts.removeLast().split(separator: ".", omittingEmptySubsequences: false)
    guard slot.count <= 2 else { throw .slot }
    device = try Self.number(slot.first, "device", 0x1F, "00 to 1f")
    function = try Self.number(slot.count == 2 ? slot.last : nil, "function", 7, "0 to 7")
    bus = try Self.number(parts.popLast(), "bus", 0xFF, "00 to ff")
    segment = try Self.number(parts.popLast(), "segment", .max, "0000 to ffffffff")
  }

  /// Selects one function.
  public init(_ address: FunctionAddress) {
    segment = address.segment
    bus = UInt32(address.bus)
    device = UInt32(address.device)
    function = UInt32(address.function)
  }

  /// Whether bus, device and function are given, so that a segment has at most one such function.
  public var namesOneFunction: Bool { bus != nil && device != nil && function != nil }

  private static func number(
    _ text: Substring?, _ part: String, _ limit: UInt32, _ expected: String
  ) throws(SelectionError) -> UInt32? {
    guard let text, !text.isEmpty, text != "*" else { return nil }
    guard let number = hexadecimalNumber(text.utf8), number <= limit else {
      throw .part(part, String(text), expected: "\(expected), hexadecimal")
    }
    return UInt32(number)
  }

  /// Whether a function is meant.
  public func contains(_ address: FunctionAddress) -> Bool {
    (segment ?? address.segment) == address.segment
      && (bus ?? UInt32(address.bus)) == UInt32(address.bus)
      && (device ?? UInt32(address.device)) == UInt32(address.device)
      && (function ?? UInt32(address.function)) == UInt32(address.function)
  }
}

/// Which functions are meant, by vendor, device and class: lspci's `-d` (lspci(8)).
public struct IDSelection: Equatable, Sendable {
  /// A number of which some digits may be left open.
  private struct Pattern: Equatable, Sendable {
    var value: UInt32 = 0
    var mask: UInt32 = 0

    func matches(_ number: some UnsignedInteger) -> Bool { UInt32(number) & mask == value }
  }

  private var vendor = Pattern()
  private var device = Pattern()
  private var code = Pattern()
  private var interface = Pattern()

  /// Reads `[vendor]:[device][:class[:interface]]`, hexadecimal; a part that is left out or `*`
  /// means all, and so does a digit `x` of the class.
  ///
  /// - Throws: ``SelectionError`` where the text has another form or a number too many digits.
  public init(_ text: String) throws(SelectionError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...4 ~= parts.count else { throw .id }
    vendor = try Self.pattern(parts[0], "vendor", digits: 4)
    device = try Self.pattern(parts[1], "device", digits: 4)
    if parts.count > 2 { code = try Self.pattern(parts[2], "class", digits: 4, mayBeOpen: true) }
    if parts.count > 3 { interface = try Self.pattern(parts[3], "interface", digits: 2) }
  }

  private static func pattern(
    _ text: Substring, _ part: String, digits: Int, mayBeOpen: Bool = false
  ) throws(SelectionError) -> Pattern {
    var pattern = Pattern()
    guard !text.isEmpty, text != "*" else { return pattern }
    let error = SelectionError.part(
      part, String(text),
      expected: "at most \(digits) hexadecimal digits" + (mayBeOpen ? ", x for any" : ""))
    guard text.utf8.count <= digits else { throw error }
    pattern.mask = .max
    for byte in text.utf8 {
      pattern.value <<= 4
      pattern.mask <<= 4
      if mayBeOpen && (byte == UInt8(ascii: "x") || byte == UInt8(ascii: "X")) { continue }
      guard let digit = byte.hexadecimalDigit else { throw error }
      pattern.value |= UInt32(digit)
      pattern.mask |= 15
    }
    return pattern
  }

  /// Whether a function is meant.
  func contains(_ function: ListedFunction) -> Bool {
    let code = function.classCode
    return vendor.matches(function.vendorID) && device.matches(function.deviceID)
      && self.code.matches(UInt16(code.base) << 8 | UInt16(code.sub))
      && interface.matches(code.interface)
  }
}

/// Which functions of an inventory are meant.
public struct FunctionSelection: Equatable, Sendable {
  /// By address; `nil` for all.
  public let slot: SlotSelection?
  /// By vendor, device and class; `nil` for all.
  public let id: IDSelection?

  /// Creates a selection.
  public init(slot: SlotSelection? = nil, id: IDSelection? = nil) {
    self.slot = slot
    self.id = id
  }

  /// All functions.
  public static let all = FunctionSelection()

  /// Whether it is one function by its address, whatever its IDs.
  public var namesOneFunction: Bool { id == nil && slot?.namesOneFunction ?? false }

  func contains(_ address: FunctionAddress) -> Bool { slot?.contains(address) ?? true }

  package func contains(_ function: ListedFunction) -> Bool {
    contains(function.address) && id?.contains(function) ?? true
  }
}
