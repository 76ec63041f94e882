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
  /// Why the machine hides its functions, if it does.
  public let mask: InventoryUnavailable?
  /// What the machine has and the record has not, a line each.
  public let omissions: [String]

  /// Looks at a machine as `probe`, `verify`, `list -v` and `mcfg` do, and keeps what they saw.
  ///
  /// - Parameters:
  ///   - host: The machine, live or recorded.
  ///   - compares: Whether every function of the live machine is read through ECAM, too.
  ///   - includesSerialNumbers: Whether registers that identify a unit are kept.
  public init(of host: Host, compares: Bool = false, includesSerialNumbers: Bool = false) {
    let journal = Journal()
    let noting = host.noting(in: journal)
    let (functions, inventory, mask) = Self.look(at: noting, compares)
    self.mask = mask
    let entries = journal.entries
    var filter = SnapshotFilter(
      includesSerialNumbers: includesSerialNumbers,
      deviceNames: functions.compactMap { host.line($0.directory + "/modalias").value })
    var files: [String: [UInt8]] = [:]
    var answers: [RawAnswer] = []
    for (path, limit) in entries.files.sorted(by: { $0.key < $1.key }) where Self.isPlain(path) {
      guard let bytes = host.bytes(path, limit: limit).value,
        let kept = filter.keep(path, bytes)
      else { continue }
      files[path] = kept
      if let size = entries.sizes[path], size != bytes.count {
        answers.append(
          RawQuestion.size(of: path).answered(.known(UInt32(truncatingIfNeeded: size))))
      }
    }
    let identifying =
      includesSerialNumbers
      ? [:] : Self.identifying(functions, host, entries.answers)
    answers += entries.answers.compactMap { answer in
      let isOfFile = ["open", "read"].contains(answer.question.call)
      let isSaved = isOfFile && files[String(answer.question.subject.dropFirst())] != nil
      guard !isSaved else { return nil }
      // Zeros instead, as in the files.
      return identifying[answer.question] == nil ? answer : answer.question.answered(.known(0))
    }
    if !answers.isEmpty {
      files["answers"] = Array(answers.map { "\($0)\n" }.joined().utf8)
    }
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
    functionCount = inventory?.functions.count ?? 0
    omissions = filter.omissions
  }

  /// The record as a host.
  public var host: Host { Host(files: files, links: links, directories: directories) }

  /// Asks all that the commands ask.
  private static func look(
    at host: Host, _ compares: Bool
  ) -> ([KnownFunction], Inventory?, InventoryUnavailable?) {
    let probe = Probe(host, rawAccess: compares ? .everyFunction : .samples)
    _ = Verification(host, including: compares ? [.ecam] : [])
    var inventory: Inventory?
    var mask: InventoryUnavailable?
    do {
      inventory = try Inventory(of: host, details: .all)
    } catch {
      if case .empty = error { mask = error }
    }
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
    return (functions, inventory, mask)
  }

  /// The questions of registers that identify a unit.
  private static func identifying(
    _ functions: [KnownFunction], _ host: Host, _ answers: [RawAnswer]
  ) -> [RawQuestion: Bool] {
    var questions: [RawQuestion: Bool] = [:]
    let values = Dictionary(
      answers.compactMap { answer in answer.answer.value.map { (answer.question, $0) } }
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
          questions[.ecam(address, register)] = true
          questions[.mechanism1(address, register)] = true
        }
      }
    }
    return questions
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
      let isBase = HypervisorDetection.bases.contains(leaf.leaf) && leaf.leaf != 0x4000_0000
      let isForeign =
        isBase
        && (registers.ebx == 0 || registers.eax != 0 && registers.eax & 0xFFFF_FF00 != leaf.leaf)
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
  let values: [RawQuestion: UInt32]

  func doubleword(at offset: UInt16) -> UInt32? {
    offset < 4096 ? values[.ecam(address, Register(integerLiteral: offset))] : nil
  }
}
