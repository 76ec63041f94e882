import GuestProtocol
import PCIConfig

/// One of the two mechanisms, where a check is made through either.
public enum Mechanism: ConfigurationSpace, Sendable {
  /// Configuration mechanism #1.
  case mechanism1
  /// ECAM, through the window that ``openWindow()`` has found.
  case ecam

  /// Reads a register.
  @inline(never)
  public func read(_ access: ConfigurationAccess) throws(MechanismFailure<Never>) -> UInt32 {
    switch self {
    case .mechanism1: try Runtime.mechanism1.read(access)
    case .ecam: try window.read(access)
    }
  }

  /// Writes a register.
  @inline(never)
  public func write(_ access: ConfigurationAccess, _ value: UInt32) throws(MechanismFailure<Never>)
  {
    switch self {
    case .mechanism1: try Runtime.mechanism1.write(access, value)
    case .ecam: try window.write(access, value)
    }
  }

  /// Reads consecutive doublewords of a function.
  public func doublewords(
    of function: FunctionAddress, from first: Register, count: Int
  ) throws(MechanismFailure<Never>) -> [UInt32] {
    switch self {
    case .mechanism1:
      try Runtime.mechanism1.doublewords(of: function, from: first, count: count)
    case .ecam: try window.doublewords(of: function, from: first, count: count)
    }
  }
}

nonisolated(unsafe) private var openedWindow: ECAM<Memory>?

private var window: ECAM<Memory> {
  guard let openedWindow else { panic("ECAM is used before its window was opened") }
  return openedWindow
}

/// Opens the window of the enhanced mechanism: by the Q35's register, else where the device tree or the
/// parameters say that it is.
///
/// - Parameter base: Where the register is to place it.
/// - Throws: `Missing` where the machine has none.
public func openWindow(at base: UInt64 = 0xB000_0000) throws(Missing) -> Mechanism {
  if ExpressWindow.atReset != nil {
    // A check may have moved or closed it.
    openedWindow = try ExpressWindow.open(at: base)
  } else if openedWindow == nil {
    openedWindow = try findWindow()
  }
  return .ecam
}

private func findWindow() throws(Missing) -> ECAM<Memory> {
  for region in Firmware.deviceTreeRegions() + toldRegions()
  where region.segment == 0 && region.buses.contains(0) {
    IdentityMap.map(region.addresses)
    return ECAM(region, Memory())
  }
  throw Missing("ecam")
}

/// The regions that the parameters tell.
public func toldRegions() -> [ECAMRegion] {
  var regions: [ECAMRegion] = []
  for told in parameters.ecam where told.firstBus <= told.lastBus {
    do throws(ECAMRegionError) {
      regions.append(try ECAMRegion(base: told.base, buses: told.firstBus...told.lastBus))
    } catch {}
  }
  return regions
}
