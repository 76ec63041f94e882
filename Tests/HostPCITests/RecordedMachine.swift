import Foundation
import HostPCI
import LinuxHost
import PCIConfig
import TestSupport

/// The record of a machine in a temporary directory, which goes away with the value.
final class RecordedMachine {
  private let directory: TemporaryDirectory
  var root: String { directory.path }

  init() throws { directory = try TemporaryDirectory() }

  /// Writes a file of the record.
  func write(_ name: String, _ bytes: [UInt8]) throws { try directory.write(name, bytes) }

  /// Writes a file of the record, with a newline at its end.
  func write(_ name: String, _ text: String) throws { try write(name, Array((text + "\n").utf8)) }

  /// Takes files out of the record.
  func remove(_ name: String) throws {
    try FileManager.default.removeItem(atPath: root + "/" + name)
  }

  /// Writes a function's files in sysfs and procfs.
  func function(
    _ address: String, identification: UInt32, classRevision: UInt32, size: Int,
    registers: [Int: UInt32] = [:]
  ) throws {
    var bytes = [UInt8](repeating: 0, count: size)
    for (offset, value) in registers.merging(
      [0: identification, 8: classRevision], uniquingKeysWith: { $1 })
    {
      for index in 0..<4 where offset + index < size {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index))
      }
    }
    try write("sys/bus/pci/devices/\(address)/config", bytes)
    let parts = address.split(separator: ":")
    let bus = parts[0] == "0000" ? "\(parts[1])" : "\(parts[0]):\(parts[1])"
    try write("proc/bus/pci/\(bus)/\(parts[2])", bytes)
  }

  /// The bytes of every file of the record, by its path.
  func files() throws -> [String: [UInt8]] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root)
    var files: [String: [UInt8]] = [:]
    for path in paths {
      var isDirectory: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isDirectory)
      guard !isDirectory.boolValue else { continue }
      files[path] = Array(try Data(contentsOf: URL(fileURLWithPath: root + "/" + path)))
    }
    return files
  }

  /// What is found out about the machine.
  func probe() throws -> Probe { Probe(try Host(recordedAt: root)) }
}

extension RecordedMachine {
  /// A guest on QEMU's Q35 under Debian, probed by root: everything is there.
  static func q35() throws -> RecordedMachine {
    let machine = try RecordedMachine()
    try machine.write("cpuid", cpuid(hypervisorBit: true, "KVMKVMKVM\0\0\0"))
    try machine.write("sys/class/dmi/id/sys_vendor", "QEMU")
    try machine.write("sys/class/dmi/id/product_name", "Standard PC (Q35 + ICH9, 2009)")
    try machine.write("proc/sys/kernel/osrelease", "6.12.117")
    try machine.write("proc/cmdline", "console=ttyS0 quiet")
    try machine.write(
      "boot/config-6.12.117",
      "CONFIG_DEVMEM=y\nCONFIG_STRICT_DEVMEM=y\nCONFIG_IO_STRICT_DEVMEM=y\n# CONFIG_DEVPORT is not set"
    )
    try machine.write("sys/kernel/security/lockdown", "[none] integrity confidentiality")
    try machine.write("sys/class/mem/mem/dev", "1:1")
    try machine.write(
      "proc/self/status", "Name:\tpcicfg\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\nSeccomp:\t0")
    try machine.write("proc/self/uid_map", "         0          0 4294967295")
    try machine.write(
      "proc/ioports",
      "0000-0cf7 : PCI Bus 0000:00\n  0060-0060 : keyboard\n0cf8-0cff : PCI conf1")
    try machine.write(
      "proc/iomem",
      """
      00001000-0009fbff : System RAM
      00100000-1ffdefff : System RAM
        01000000-0220bb07 : Kernel code
      b0000000-bfffffff : PCI ECAM 0000 [bus 00-ff]
        b0000000-bfffffff : Reserved
      """)
    try machine.memory(0, 0, 0x9FBFF, "System RAM")
    try machine.memory(1, 0x10_0000, 0x1FFD_EFFF, "System RAM")
    try machine.memory(2, 0xB000_0000, 0xB7FF_FFFF, "Reserved")
    try machine.memory(3, 0xB800_0000, 0xBFFF_FFFF, "Reserved")
    try machine.write(
      "sys/firmware/acpi/tables/MCFG", mcfg([(base: 0xB000_0000, segment: 0, buses: 0...255)]))
    try machine.function(
      "0000:00:00.0", identification: 0x29C0_8086, classRevision: 0x0600_0000, size: 256,
      registers: [0x60: 0xB000_0001])
    try machine.function(
      "0000:00:02.0", identification: 0x10D3_8086, classRevision: 0x0200_0000, size: 4096)
    try machine.function(
      "0000:00:1f.2", identification: 0x2922_8086, classRevision: 0x0106_0102, size: 256)
    try machine.answers()
    return machine
  }

  /// Writes the answers to raw requests, those of a machine that permits everything unless told.
  func answers(
    ioperm: String = "ok", latch: String = "0x80000000", conf1: String = "0x29c08086",
    memory: String = "ok", map: String = "ok", first: String = "0x29c08086",
    last: String = "0x29228086"
  ) throws {
    try write(
      "answers",
      """
      pcicfg-answers 2
      port-permission \(ioperm)
      config-address \(latch)
      conf1 \(conf1) 0000:00:00.0 0x00
      open-memory \(memory)
      map-memory \(map) 0xb0000000
      ecam \(first) 0000:00:00.0 0x00
      ecam 0x06000000 0000:00:00.0 0x08
      map-memory \(map) 0xb00fa000
      ecam \(last) 0000:00:1f.2 0x00
      ecam 0x01060102 0000:00:1f.2 0x08
      """)
  }

  /// Writes an entry of the firmware's memory map.
  func memory(_ index: Int, _ first: UInt64, _ last: UInt64, _ type: String) throws {
    try write("sys/firmware/memmap/\(index)/start", "0x\(String(first, radix: 16))")
    try write("sys/firmware/memmap/\(index)/end", "0x\(String(last, radix: 16))")
    try write("sys/firmware/memmap/\(index)/type", type)
  }
}

/// Text of `cpuid -r` for a processor with or without the hypervisor bit and a first leaf.
func cpuid(hypervisorBit: Bool, _ signature: String) -> String {
  let bytes = Array(signature.utf8)
  func word(_ index: Int) -> String {
    String(
      format: "0x%02x%02x%02x%02x", bytes[index + 3], bytes[index + 2], bytes[index + 1],
      bytes[index])
  }
  return """
    CPU 0:
       0x00000000 0x00: eax=0x00000010 ebx=0x68747541 ecx=0x444d4163 edx=0x69746e65
       0x00000001 0x00: eax=0x00a10f11 ebx=0x00010800 ecx=\(hypervisorBit ? "0xf7fa3203" : "0x77fa3203") edx=0x078bfbff
       0x40000000 0x00: eax=0x40000001 ebx=\(word(0)) ecx=\(word(4)) edx=\(word(8))
    """
}

/// An ACPI MCFG table with a right checksum.
func mcfg(_ entries: [(base: UInt64, segment: UInt16, buses: ClosedRange<UInt8>)]) -> [UInt8] {
  var bytes = Array("MCFG".utf8) + [UInt8](repeating: 0, count: 40)
  for entry in entries {
    for index in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: entry.base >> UInt64(8 * index))) }
    bytes += [UInt8(truncatingIfNeeded: entry.segment), UInt8(entry.segment >> 8)]
    bytes += [entry.buses.lowerBound, entry.buses.upperBound, 0, 0, 0, 0]
  }
  bytes[4] = UInt8(truncatingIfNeeded: bytes.count)
  bytes[5] = UInt8(truncatingIfNeeded: bytes.count >> 8)
  bytes[8] = 1
  bytes[9] = 0 &- bytes.reduce(0, &+)
  return bytes
}

extension Probe {
  /// The report on one mode.
  func report(_ mode: AccessMode) -> AccessModeReport? { modes.first { $0.mode == mode } }

  /// The availability below and from 0x100 of a mode.
  func availability(_ mode: AccessMode) -> [Availability] {
    report(mode).map { [$0.conventional, $0.extended] } ?? []
  }
}
