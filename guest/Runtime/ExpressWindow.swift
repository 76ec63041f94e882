import PCIConfig

/// The window that the Q35 host bridge opens by its register PCIEXBAR (Intel datasheet 316966): base
/// in bits 35:26, length in 2:1, enable in 0.
public enum ExpressWindow {
  /// How many buses the window has.
  public enum Length: UInt32, Sendable {
    /// 256 MiB.
    case buses256 = 0
    /// 128 MiB.
    case buses128 = 2
    /// 64 MiB.
    case buses64 = 4

    /// The last bus.
    public var lastBus: UInt8 { UInt8(truncatingIfNeeded: 255 >> (rawValue / 2)) }
  }

  /// The size of a window of 256 buses, of which its base is a multiple.
  public static let greatestSize: UInt64 = 256 << 20

  private static let upperRegister: Register = 0x64

  /// The register as the machine came up with it, where the host bridge has it: what is written to
  /// it stays. The window is not open afterwards unless it was before.
  public static let atReset: UInt32? = {
    guard mechanism1Answers, mechanism1.read(.hostBridge, .vendorID) == PCIEXBAR.hostBridge else {
      return nil
    }
    let value = mechanism1.read(.hostBridge, PCIEXBAR.register)
    let probe: UInt32 = 0xB000_0001
    mechanism1.write(.hostBridge, PCIEXBAR.register, .doubleword, probe)
    defer { mechanism1.write(.hostBridge, PCIEXBAR.register, .doubleword, value) }
    return mechanism1.read(.hostBridge, PCIEXBAR.register) == probe ? value : nil
  }()

  /// PCIEXBAR, both halves.
  fileprivate static var registers: UInt64 {
    get {
      UInt64(mechanism1.read(.hostBridge, upperRegister)) << 32
        | UInt64(mechanism1.read(.hostBridge, PCIEXBAR.register))
    }
    set {
      close()
      mechanism1.write(.hostBridge, upperRegister, .doubleword, UInt32(newValue >> 32))
      mechanism1.write(
        .hostBridge, PCIEXBAR.register, .doubleword, UInt32(truncatingIfNeeded: newValue))
    }
  }

  /// Closes the window.
  public static func close() {
    let value = mechanism1.read(.hostBridge, PCIEXBAR.register)
    mechanism1.write(.hostBridge, PCIEXBAR.register, .doubleword, value & ~1)
  }

  /// Opens the window and maps its addresses.
  ///
  /// - Parameters:
  ///   - base: Where; a multiple of the window's length, below 64 GiB.
  ///   - length: How many buses it has.
  /// - Throws: `Missing` where the host bridge has no such register.
  public static func open(
    at base: UInt64, _ length: Length = .buses256
  ) throws(Missing) -> ECAM<Memory> {
    guard atReset != nil else { throw Missing("pciexbar") }
    IdentityMap.map(base...(base + (greatestSize - 1)))
    registers = base | UInt64(length.rawValue) | 1
    do throws(ECAMRegionError) {
      return ECAM(try ECAMRegion(base: base, buses: 0...length.lastBus), Memory())
    } catch {
      panic("the window cannot be where a suite wants it")
    }
  }
}

extension Check {
  /// The check, followed by restoring the window: the next check finds it where it was, or closed.
  public func restoringWindow() -> Check {
    Check(id, clause) { () throws(Missing) in
      guard ExpressWindow.atReset != nil else { return try body() }
      let before = ExpressWindow.registers
      defer { ExpressWindow.registers = before }
      return try body()
    }
  }
}
