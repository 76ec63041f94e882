import Glibc
import LinuxHost
import PCIConfig

/// A record of a machine, to be kept or passed on: what the commands looked at, and what they were
/// answered.
public struct Snapshot: Sendable {
  /// The bytes of each file, by its path without the leading slash.
  public let files: [String: [UInt8]]
  /// What each symbolic link leads to.
  public let links: [String: String]
  /// The directories that a reader may find empty.
  public let directories: Set<String>
  /// How many PCI functions there are.
  public let functionCount: Int
  /// What the machine has and the record has not, a line each.
  public let omissions: [String]
  /// The answers in the file `answers`.
  private let answers: RecordedAnswers

  /// Looks at a machine as `probe`, `verify`, `list -v` and `mcfg` do, and keeps what they saw.
  ///
  /// - Parameters:
  ///   - host: The machine, live or recorded.
  ///   - raw: Modes past the kernel's files that are tried on the live machine.
  ///   - compares: Whether every function of the live machine is read through ECAM, too.
  ///   - includesSerialNumbers: Whether registers that identify a unit are kept.
  /// - Throws: ``InventoryUnavailable`` where the system refuses to tell of the functions; a machine
  ///   without PCI has a record, too.
  public init(
    of host: Host, reading raw: Set<AccessMode> = [], compares: Bool = false,
    includesSerialNumbers: Bool = false
  ) throws(InventoryUnavailable) {
    let journal = Journal()
    let noting = host.noting(in: journal)
    let (functions, count) = try Self.look(at: noting, raw, compares)
    let entries = journal.entries
    var filter = SnapshotFilter(
      includesSerialNumbers: includesSerialNumbers,
      deviceNames: functions.compactMap { host.line($0.directory + "/modalias").value },
      kernelRelease: host.line("proc/sys/kernel/osrelease").value)
    var files: [String: [UInt8]] = [:]
    var answers: [RawAnswer] = []
    for (path, limit) in entries.files.sorted(by: { $0.key < $1.key }) where Self.isPlain(path) {
      guard let bytes = host.bytes(path, limit: limit).value,
        let kept = filter.keep(path, bytes)
      else { continue }
      let recordedPath = filter.recordedPath(path)
      files[recordedPath] = kept
      if let size = entries.sizes[path], size != bytes.count {
        answers.append(
          RawRequest.size(recordedPath).answered(.known(UInt32(truncatingIfNeeded: size))))
      }
    }
    let identifying =
      includesSerialNumbers
      ? [] : Self.identifying(functions, host, entries.answers)
    answers += entries.answers.compactMap { answer in
      let path: String
      let recorded: RawRequest
      switch answer.request {
      case .open(let name):
        path = filter.recordedPath(name)
        recorded = .open(path)
      case .read(let name):
        path = filter.recordedPath(name)
        recorded = .read(path)
      case .size(let name):
        return RawRequest.size(filter.recordedPath(name)).answered(answer.answer)
      default:
        // Zeros instead, as in the files.
        return identifying.contains(answer.request)
          ? answer.request.answered(.known(0)) : answer
      }
      guard files[path] == nil else { return nil }
      if let failure = answer.answer.failure, !failure.isErrno(ENOENT) {
        filter.leaveOut(
          failure.isErrno(EXDEV) ? "links that lead out of the record" : "what cannot be read",
          of: "/" + path)
      }
      return recorded.answered(answer.answer)
    }
    if !answers.isEmpty { files["answers"] = Array(RecordedAnswers.text(answers).utf8) }
    self.answers = RecordedAnswers(answers)
    if let text = Self.cpuid(entries.leaves) { files["cpuid"] = Array(text.utf8) }
    var directories: Set<String> = []
    for (directory, names) in entries.names where Self.isPlain(directory) {
      directories.insert(directory)
      for name in filter.keep(namesIn: directory, names) where Self.isPlain(name) {
        directories.insert("\(directory)/\(name)")
      }
    }
    self.files = files
    self.directories = directories.subtracting(files.keys)
    links = entries.links.filter { Self.isPlain($0.key) && files[$0.key] == nil }
    functionCount = count
    omissions = filter.omissions
  }

  /// The record as a host.
  public var host: Host {
    Host(files: files, links: links, directories: directories, answers: answers)
  }

  /// Asks all that the commands ask.
  ///
  /// - Returns: The functions that sysfs has, and how many are listed.
  private static func look(
    at host: Host, _ raw: Set<AccessMode>, _ compares: Bool
  ) throws(InventoryUnavailable) -> (functions: [KnownFunction], count: Int) {
    var count = 0
    do {
      let inventory = try Inventory(of: host, details: .all)
      count = inventory.functions.count + inventory.unidentified.count
    } catch {
      guard case .noList(.absent) = error else { throw error }
    }
    let probe = Probe(host, rawAccess: compares ? .everyFunction : .samples(raw))
    _ = Verification(host, including: compares ? raw.union([.ecam]) : raw)
    _ = try? MCFGReport(of: host)
    let functions = probe.facts.functions.value ?? []
    // What the kernel tells in one file, it tells in these as well, which other programs read.
    for function in functions {
      for name in SnapshotFilter.functionFiles {
        _ = host.bytes("\(function.directory)/\(name)", limit: 4096)
      }
      for name in ["driver", "iommu_group"] {
        _ = host.linkTarget("\(function.directory)/\(name)")
      }
    }
    return (functions, count)
  }

  /// The requests for registers that identify a unit.
  private static func identifying(
    _ functions: [KnownFunction], _ host: Host, _ answers: [RawAnswer]
  ) -> Set<RawRequest> {
    var requests: Set<RawRequest> = []
    let values = Dictionary(
      answers.compactMap { answer in answer.answer.value.map { (answer.request, $0) } }
    ) { first, _ in first }
    for function in functions {
      let image = host.bytes(function.configPath, limit: 4096).value.map(ConfigurationImage.init)
      let address = function.address
      let views = [
        image.map { IdentifyingRegisters($0, count: $0.bytes.count) },
        IdentifyingRegisters(AnsweredRegisters(address: address, values: values), count: 4096),
      ].compactMap { $0 }
      for part in views.flatMap(\.parts) {
        for offset in stride(from: part.bytes.lowerBound & ~3, to: part.bytes.upperBound, by: 4) {
          let register = Register(integerLiteral: UInt16(offset))
          requests.insert(.ecam(address, register))
          requests.insert(.mechanism1(address, register))
        }
      }
    }
    return requests
  }

  /// The leaves as `cpuid -r` prints them. Those of zeros are left out, as a record without a leaf
  /// has zeros for it, and so is what a processor returns for a leaf that it has not.
  private static func cpuid(_ leaves: [Journal.Leaf: CPUIDRegisters]) -> String? {
    guard !leaves.isEmpty else { return nil }
    var text = "CPU 0:\n"
    for (leaf, value) in leaves.sorted(by: { $0.key < $1.key }) {
      var registers = value
      // Which of the processors answered (Intel SDM, volume 2A, CPUID: initial APIC ID).
      if leaf.leaf == 1 { registers.ebx &= 0x00FF_FFFF }
      let isForeign =
        HypervisorDetection.bases.dropFirst().contains(leaf.leaf)
        && !HypervisorDetection.isInterface(registers, at: leaf.leaf)
      guard registers != CPUIDRegisters(), !isForeign else { continue }
      let parts = [
        ("eax", registers.eax), ("ebx", registers.ebx), ("ecx", registers.ecx),
        ("edx", registers.edx),
      ].map { "\($0)=0x\(hexadecimal($1, digits: 8))" }
      text +=
        "   0x\(hexadecimal(leaf.leaf, digits: 8)) 0x\(hexadecimal(leaf.subleaf, digits: 2)): "
        + parts.joined(separator: " ") + "\n"
    }
    return text
  }

  /// Whether a path leads nowhere but down: names in it may come from a record.
  private static func isPlain(_ path: String) -> Bool {
    path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
      !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255
    }
  }
}

/// A function's registers as ECAM answered for them.
private struct AnsweredRegisters: FunctionRegisters {
  let address: FunctionAddress
  let values: [RawRequest: UInt32]

  func doubleword(at offset: UInt16) -> UInt32? {
    offset < 4096 ? values[.ecam(address, Register(integerLiteral: offset))] : nil
  }
}
