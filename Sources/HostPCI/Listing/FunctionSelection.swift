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
  /// - Returns: `nil` where the text has another form or a number is out of range.
  public init?(_ text: String) {
    var parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 3 else { return nil }
    let slot = parts.removeLast().split(separator: ".", omittingEmptySubsequences: false)
    guard slot.count <= 2, read(slot.first, 0x1F, &device),
      read(slot.count == 2 ? slot.last : nil, 7, &function), read(parts.popLast(), 0xFF, &bus),
      read(parts.popLast(), .max, &segment)
    else { return nil }
  }

  private func read(_ text: Substring?, _ limit: UInt32, _ value: inout UInt32?) -> Bool {
    guard let text, !text.isEmpty, text != "*" else { return true }
    guard let number = hexadecimalNumber(text), number <= limit else { return false }
    value = number
    return true
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
  /// - Returns: `nil` where the text has another form or a number is out of range.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...4 ~= parts.count, read(parts[0], 4, &vendor), read(parts[1], 4, &device),
      parts.count < 3 || read(parts[2], 4, mayBeOpen: true, &code),
      parts.count < 4 || read(parts[3], 2, &interface)
    else { return nil }
  }

  private func read(
    _ text: Substring, _ digits: Int, mayBeOpen: Bool = false, _ pattern: inout Pattern
  ) -> Bool {
    guard !text.isEmpty, text != "*" else { return true }
    guard text.utf8.count <= digits else { return false }
    pattern.mask = .max
    for character in text {
      pattern.value <<= 4
      pattern.mask <<= 4
      if mayBeOpen && (character == "x" || character == "X") { continue }
      guard character.isASCII, let digit = character.hexDigitValue else { return false }
      pattern.value |= UInt32(digit)
      pattern.mask |= 15
    }
    return true
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

  func contains(_ address: FunctionAddress) -> Bool { slot?.contains(address) ?? true }

  func contains(_ function: ListedFunction) -> Bool {
    contains(function.address) && id?.contains(function) ?? true
  }
}

/// A number of at most 8 hexadecimal digits, without a sign.
func hexadecimalNumber(_ text: some StringProtocol) -> UInt32? {
  guard 1...8 ~= text.utf8.count, text.first?.isHexDigit == true else { return nil }
  return UInt32(text, radix: 16)
}
