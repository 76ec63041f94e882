import TestSupport

@testable import PCIConfig

extension FuzzTarget {
  /// Everything that fw_cfg may say, executed in RAM that is no larger than what was given away.
  ///
  /// An input is a byte that says what it replaces, and the bytes: the script, the files, or the
  /// directory.
  static let tableLoader = FuzzTarget(
    name: "table-loader",
    seeds: {
      let device = SimulatedFirmwareConfiguration(
        RAM(count: 0, at: 0), files: files)
      return [
        [0] + files[3].bytes, [1] + files[3].bytes, [2] + files[2].bytes,
        [3] + (device.items[0x19] ?? []), [4] + (device.items[0x19] ?? []),
      ]
    },
    run: { bytes in
      guard let mode = bytes.first else { return 0 }
      let content = Array(bytes.dropFirst())
      let memory = RAM(count: 0x2000, at: 0xFFFF_F000)
      let device = SimulatedFirmwareConfiguration(
        memory, hasDMA: mode % 2 == 0, files: files)
      switch mode % 5 {
      case 0, 1: replaceScript(device, content)
      case 2: device.items[0x22] = content
      default: device.items[0x19] = content
      }
      do throws(FirmwareConfigurationError) {
        let configuration = try FirmwareConfiguration(device, memory, buffer: memory.start)
        do throws(ACPITableLoaderError) {
          return try ACPITableLoader(
            configuration, into: (memory.start + 136)..<(memory.start + 0x2000)
          ).skippedCount
        } catch {
          return 1
        }
      } catch {
        return 2
      }
    })

  private static let files = LoaderFiles(
    MCFGTable(
      entries: [MCFGEntry(base: 0xE000_0000, segment: 0, firstBus: 0, lastBus: 255)]
    ).bytes
  ).files

  /// Gives the device another script, of whole commands.
  private static func replaceScript(
    _ device: SimulatedFirmwareConfiguration, _ script: [UInt8]
  ) {
    let size = script.count / 128 * 128
    device.items[0x23] = Array(script.prefix(size))
    // The script's entry is the fourth of the directory; its size comes first.
    device.items[0x19]?.replaceSubrange(196..<200, with: big(UInt64(size), 4))
  }
}
