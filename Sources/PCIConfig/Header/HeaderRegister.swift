/// A register of the header that has a name: setpci's (setpci(8)).
public struct HeaderRegister: Hashable, Sendable {
  /// The name in capitals, for example `COMMAND`.
  public let name: String
  /// Where it is.
  public let register: Register
  /// How wide it is.
  public let width: AccessWidth
  private let layouts: Layouts

  /// The layouts of the header that have a register.
  struct Layouts: OptionSet, Hashable {
    let rawValue: UInt8

    static let device = Layouts(rawValue: 1)
    static let bridge = Layouts(rawValue: 2)
    static let cardBus = Layouts(rawValue: 4)
    static let undefined = Layouts(rawValue: 8)
    static let all: Layouts = [.device, .bridge, .cardBus, .undefined]
  }

  init(
    _ name: String, _ register: Register, _ width: AccessWidth, _ layouts: Layouts = .all
  ) {
    self.name = name
    self.register = register
    self.width = width
    self.layouts = layouts
  }

  /// Whether every header has the register.
  public var isInEveryLayout: Bool { layouts == .all }

  /// Whether a header has the register.
  ///
  /// - Parameter layout: The layout of the header.
  public func exists(in layout: HeaderLayout) -> Bool {
    switch layout {
    case .device: layouts.contains(.device)
    case .bridge: layouts.contains(.bridge)
    case .cardBus: layouts.contains(.cardBus)
    case .undefined: layouts.contains(.undefined)
    }
  }
}
