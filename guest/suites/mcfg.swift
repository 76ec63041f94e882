// ACPI's MCFG table, which tells kernels where the ECAM windows are, against the host bridge and
// against what answers there. FIRMWARE33 is the PCI Firmware Specification, revision 3.3.

import GuestProtocol
import PCIConfig
import Runtime

private let specification: StaticString = "FIRMWARE33 4.1.2"

/// The table with the window open, as firmware leaves it behind.
private let table: ACPITable? = {
  do throws(Missing) {
    _ = try ExpressWindow.open(at: Firmware.windowBase)
  } catch {}
  return Firmware.mcfg()
}()

/// The table decoded, and what is wrong with it: once, since memory is never taken back.
private let decoded: MCFG? = table.map { MCFG($0.bytes) }
private let allFindings: [MCFGFinding] = decoded?.findings ?? []

private func found() throws(Missing) -> ACPITable {
  guard let table else { throw Missing("mcfg") }
  return table
}

private func entries() throws(Missing) -> [MCFGEntry] {
  guard let decoded else { throw Missing("mcfg") }
  return decoded.entries
}

private func regions() throws(Missing) -> [ECAMRegion] {
  var regions: [ECAMRegion] = []
  for entry in try entries() {
    do throws(ECAMRegionError) {
      regions.append(try entry.region())
    } catch {}
  }
  return regions
}

/// How many findings there are of a weight.
private func findings(_ severity: MCFGFinding.Severity) throws(Missing) -> ReportedValue {
  _ = try found()
  return .count(allFindings.count { $0.severity == severity })
}

/// The region that the host bridge's register holds.
private func hostBridgeRegion() throws(Missing) -> ECAMRegion {
  guard ExpressWindow.atReset != nil else { throw Missing("pciexbar") }
  _ = try found()
  let value = UInt64(mechanism1.read(.hostBridge, PCIEXBAR.register))
  guard let region = PCIEXBAR(rawValue: value).region else { throw Missing("pciexbar") }
  return region
}

/// The checks of the suite.
public let checks: [Check] = [
  Check("mcfg.table.checksum", "ACPI 6.5 5.2.6", wants: .bits8(0)) { () throws(Missing) in
    .bits8(UInt32(try found().sum))
  },
  Check("mcfg.table.revision", specification, wants: .count(1)) { () throws(Missing) in
    .count(Int(try found().bytes[8]))
  },
  Check("mcfg.table.length", specification, wants: .count(0)) { () throws(Missing) in
    let count = try found().bytes.count
    let header = MCFG.headerByteCount
    return .count(count < header ? count : (count - header) % MCFGEntry.byteCount)
  },
  Check("mcfg.table.errors", specification, wants: .count(0)) { () throws(Missing) in
    try findings(.error)
  },
  Check("mcfg.table.warnings", specification, wants: .count(0)) { () throws(Missing) in
    try findings(.warning)
  },
  Check(observing: "mcfg.table.entries", specification) { () throws(Missing) in
    .count(try entries().count)
  },
  Check("mcfg.entry.segment-0", specification) { () throws(Missing) in
    let regions = try regions()
    return .expect(
      "an entry of segment 0 with bus 0", .count(regions.count),
      regions.contains { $0.segment == 0 && $0.buses.contains(0) })
  },
  Check("mcfg.window.host-bridge", "FIRMWARE33 4.1.2; Intel 316966 PCIEXBAR") {
    () throws(Missing) in
    let window = try hostBridgeRegion()
    let regions = try regions()
    let listed = regions.first { $0.segment == 0 && $0.buses.contains(0) }
    let wanted = window.addresses.lowerBound << 8 | UInt64(window.buses.upperBound)
    let saw = listed.map { $0.addresses.lowerBound << 8 | UInt64($0.buses.upperBound) } ?? 0
    return .compare(.hexadecimal(wanted, digits: 10), .hexadecimal(saw, digits: 10))
  },
  // What the table says, and nothing else, leads to the functions that mechanism 1 shows.
  Check("mcfg.window.answers", specification, wants: .count(0)) { () throws(Missing) in
    guard mechanism1Answers else { throw Missing("conf1") }
    let listed = try regions().filter { $0.segment == 0 && $0.buses.contains(0) }
    return .count(
      functionsOfBus0.count { function in
        let wanted = mechanism1.read(function, .vendorID)
        return listed.isEmpty
          || listed.contains { ECAM($0, FirmwareMemory()).read(function, .vendorID) != wanted }
      })
  },
]
