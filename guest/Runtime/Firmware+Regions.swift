import PCIConfig

extension Firmware {
  /// The ECAM regions of this machine, each with what speaks for it: the host bridge's register, the
  /// MCFG table, the device tree, and what the parameters tell.
  public static func regions() -> [VouchedRegion] {
    var found: [VouchedRegion] = []
    if ExpressWindow.atReset != nil {
      let value = UInt64(mechanism1.read(.hostBridge, PCIEXBAR.register))
      if let region = PCIEXBAR(rawValue: value).region { add(region, .hostBridge, to: &found) }
    }
    if let table = mcfg() {
      for entry in MCFG(table.bytes).entries {
        do throws(ECAMRegionError) {
          add(try entry.region(), .mcfg, to: &found)
        } catch {}
      }
    }
    for region in deviceTreeRegions() { add(region, .deviceTree, to: &found) }
    for region in toldRegions() { add(region, .told, to: &found) }
    return found
  }

  private static func add(
    _ region: ECAMRegion, _ voucher: ECAMVouchers, to found: inout [VouchedRegion]
  ) {
    for index in 0..<found.count where found[index].region == region {
      found[index] = VouchedRegion(region, found[index].vouchers.union(voucher))
      return
    }
    found.append(VouchedRegion(region, voucher))
  }
}
