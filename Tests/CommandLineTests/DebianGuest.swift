import Foundation
import Testing

/// A virtual machine that runs Debian's own kernel under QEMU without KVM, and in it the commands of
/// `scripts/debian-init.sh`.
struct DebianGuest: Hashable, Sendable {
  /// QEMU's machine type.
  enum Machine: String, Sendable {
    /// With both mechanisms.
    case q35
    /// With mechanism 1 only.
    case pc
  }

  /// The machine type.
  let machine: Machine
  /// What the kernel is told, or nothing.
  let option: String

  /// A machine as it comes.
  static let q35 = DebianGuest(machine: .q35, option: "")
  /// `/dev/mem` maps what the kernel uses, too.
  static let relaxed = DebianGuest(machine: .q35, option: "iomem=relaxed")
  /// The kernel leaves ECAM alone.
  static let withoutECAM = DebianGuest(machine: .q35, option: "pci=nommconf")
  /// As after Secure Boot.
  static let lockedDown = DebianGuest(machine: .q35, option: "lockdown=integrity")
  /// A machine that has no ECAM.
  static let pc = DebianGuest(machine: .pc, option: "")

  /// All of them.
  static let all = [q35, relaxed, withoutECAM, lockedDown, pc]

  /// Bridges, a switch, a second root bus, a function with extended registers that no driver has, one
  /// with virtual functions, and `1b36:0005` behind a bridge to conventional PCI.
  private var devices: [String] {
    switch machine {
    case .q35:
      [
        "pcie-root-port,id=port1,chassis=1", "e1000e,bus=port1,romfile=",
        "pcie-root-port,id=port2,chassis=2", "nvme-subsys,id=subsystem",
        "nvme,bus=port2,subsys=subsystem,serial=1,max_ioqpairs=8,msix_qsize=8,sriov_max_vfs=2,"
          + "sriov_vq_flexible=4,sriov_vi_flexible=2",
        "pcie-root-port,id=port3,chassis=3", "x3130-upstream,id=upstream,bus=port3",
        "xio3130-downstream,id=downstream,bus=upstream,chassis=4",
        "virtio-rng-pci,bus=downstream", "pcie-pci-bridge,id=bridge",
        "pci-testdev,bus=bridge,addr=1", "pxb-pcie,id=root,bus_nr=64,bus=pcie.0",
        "pcie-root-port,id=port4,bus=root,chassis=5",
      ]
    case .pc:
      [
        "pci-bridge,id=bridge,chassis_nr=1", "pci-testdev,bus=bridge,addr=1",
        "virtio-rng-pci,bus=bridge,addr=2",
      ]
    }
  }

  /// QEMU's arguments.
  ///
  /// - Parameters:
  ///   - folder: What `make debian-guest` has made.
  ///   - files: The paths that the two serial ports are written to.
  fileprivate func arguments(_ folder: String, serial files: [String]) -> [String] {
    // The emulated timer is late on a busy machine, which the kernel would take for a defect; and
    // without RDRAND the first process would wait for entropy.
    let line = "console=ttyS0 quiet panic=-1 no_timer_check \(option)"
    return [
      "-accel", "tcg", "-machine", machine.rawValue, "-cpu", "qemu64,+rdrand", "-m", "256",
      "-nodefaults", "-display", "none", "-no-reboot", "-kernel", "\(folder)/vmlinuz",
      "-initrd", "\(folder)/initramfs", "-append", line,
    ] + files.flatMap { ["-serial", "file:\($0)"] } + devices.flatMap { ["-device", $0] }
  }

  /// What the commands reported; the guest runs once, whoever asks.
  func report() async throws -> DebianReport {
    try await Runs.shared.report(of: self)
  }

  /// Boots the guest and waits for its end.
  fileprivate func run() async throws -> DebianReport {
    let temporary = FileManager.default.temporaryDirectory.path
    let files = ["console", "report"].map { "\(temporary)/pcicfg-\($0)-\(UUID().uuidString)" }
    defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
    func contents(_ file: String) -> Data { FileManager.default.contents(atPath: file) ?? Data() }
    do {
      let outcome = try await Tool(name: "pcicfg").bash(
        "exec qemu-system-x86_64 \"$@\"",
        arguments(try Self.folder, serial: files))
      try #require(outcome.status == .exited(0), "\(outcome.errors)")
      return try DebianReport(parsing: Array(contents(files[1])))
    } catch {
      let ends = files.map { String(decoding: contents($0).suffix(1000), as: UTF8.self) }
      throw Failed(guest: self, reason: "\(error)", console: ends[0], report: ends[1])
    }
  }

  /// A guest that did not come to its end.
  struct Failed: Error {
    let guest: DebianGuest
    let reason: String
    /// The last that the kernel said, and the last that the commands reported.
    let console: String
    let report: String
  }

  /// Where `make debian-guest` has put kernel and initial file system: beside the products.
  private static var folder: String {
    get throws {
      var url = URL(fileURLWithPath: try Tool(name: "pcicfg").path)
      for _ in 0..<3 { url.deleteLastPathComponent() }
      return url.appendingPathComponent("debian-guest").path
    }
  }

  /// Why there are no guests here, or `nil`.
  fileprivate static var obstacle: String? {
    guard let folder = try? folder else { return "the products are not found" }
    if FileManager.default.fileExists(atPath: "\(folder)/initramfs") { return nil }
    let reason = try? String(contentsOfFile: "\(folder)/missing", encoding: .utf8)
    return reason?.trimmingCharacters(in: .newlines) ?? "nothing is prepared: make debian-guest"
  }
}

extension DebianGuest: CustomTestStringConvertible {
  var testDescription: String { option.isEmpty ? machine.rawValue : "\(machine) \(option)" }
}

/// The guests that run or have run: at most two at a time, as each keeps a processor busy.
private actor Runs {
  typealias Run = Task<DebianReport, any Error>

  static let shared = Runs()

  private var runs: [DebianGuest: Run] = [:]
  private var last: [Run] = []

  func report(of guest: DebianGuest) async throws -> DebianReport {
    if let run = runs[guest] { return try await run.value }
    let previous = last.count < 2 ? nil : last.removeFirst()
    let run = Run {
      _ = await previous?.result
      return try await guest.run()
    }
    runs[guest] = run
    last.append(run)
    return try await run.value
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where Debian's packages could not be had, and says so.
  static var needsDebianGuest: Self {
    let obstacle = DebianGuest.obstacle
    return .enabled(if: obstacle == nil, "no Debian guests: \(obstacle ?? "")")
  }
}
