import PCIConfig

/// What a hypervisor gives to firmware: ACPI tables, through fw_cfg or in memory, and a device tree.
public enum Firmware {
  /// RAM behind what an image uses itself; QEMU pads a device tree to 1 MiB.
  private static let buffer: UInt64 = 0x20_0000
  private static let tables: Range<UInt64> = 0x20_1000..<0x40_0000
  private static let tree: Range<UInt64> = 0x40_0000..<0x60_0000

  /// QEMU's device for such files; `nil` on a machine without it.
  private static func device() -> FirmwareConfiguration<Ports, FirmwareMemory>? {
    do throws(FirmwareConfigurationError) {
      return try FirmwareConfiguration(Ports(), FirmwareMemory(), buffer: buffer)
    } catch {
      return nil
    }
  }

  /// The ACPI table that lists ECAM regions, as it is at this moment: QEMU makes it when it is asked
  /// for, from the registers of the host bridge. `nil` where there is none.
  public static func mcfg() -> ACPITable? {
    guard let rootPointer = rootPointer() else { return nil }
    do throws(ACPIError) {
      return try ACPITables(rootPointer, in: FirmwareMemory()).table(MCFG.signature)
    } catch {
      return nil
    }
  }

  /// Where a table may lead a window of 256 MiB: neither over memory nor over the image.
  private static let room: ClosedRange<UInt64> = 0x8000_0000...0xE000_0000

  /// Where to open the window of a host bridge that leaves the place to firmware: where a table in
  /// memory, which stays as it is, says a base that the register can hold; else where there is room on a PC.
  public static let windowBase: UInt64 = {
    let usual: UInt64 = 0xB000_0000
    guard device() == nil, let table = mcfg() else { return usual }
    for entry in MCFG(table.bytes).entries
    where entry.segment == 0 && entry.firstBus == 0 && room.contains(entry.base)
      && entry.base.isMultiple(of: ExpressWindow.greatestSize)
    {
      return entry.base
    }
    return usual
  }()

  private static func rootPointer() -> ACPIRootPointer? {
    if let device = device() {
      do throws(ACPITableLoaderError) {
        let address = try ACPITableLoader(device, into: tables).rootPointerAddress
        return rootPointer(at: address)
      } catch {}
    }
    do throws(ACPIError) {
      return try ACPIRootPointer.find(in: FirmwareMemory())
    } catch {
      return nil
    }
  }

  private static func rootPointer(at address: UInt64) -> ACPIRootPointer? {
    do throws(ACPIError) {
      return try ACPIRootPointer(at: address, in: FirmwareMemory())
    } catch {
      return nil
    }
  }

  /// The regions of the device tree's host bridges; none without a tree.
  public static func deviceTreeRegions() -> [ECAMRegion] {
    guard let device = device() else { return [] }
    do throws(FirmwareConfigurationError) {
      guard let file = try device.file("etc/fdt") else { return [] }
      try device.read(file, into: tree)
    } catch {
      return []
    }
    let memory = FirmwareMemory()
    var regions: [ECAMRegion] = []
    do throws(DeviceTreeError) {
      var bridges = try DeviceTreeBridges(at: tree.lowerBound, in: memory)
      while let bridge = try bridges.next() {
        do throws(DeviceTreeBridgeError) {
          regions.append(try bridge.region(in: memory))
        } catch {}
      }
    } catch {}
    return regions
  }
}
