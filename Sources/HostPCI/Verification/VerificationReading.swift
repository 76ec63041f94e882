import LinuxHost
import PCIConfig

/// How the functions of a machine are read.
struct VerificationReading {
  let host: Host
  let probe: Probe
  let modes: Set<AccessMode>
  private let policy: AccessPolicy?
  /// The modes that are read, or why one cannot be used.
  private let accesses: [(mode: AccessMode, access: Result<HostAccess, AccessUnavailable>)]
  private let selected: Result<HostAccess, AccessUnavailable>?

  init(_ host: Host, _ probe: Probe, _ modes: Set<AccessMode>, policy: AccessPolicy? = nil) {
    self.host = host
    self.probe = probe
    self.modes = modes
    self.policy = policy
    accesses = AccessMode.allCases.filter {
      !$0.isRaw || modes.contains($0) || !host.isLive && policy == nil
    }.map { mode in
      guard mode.isRaw else { return (mode, .success(HostAccess(files: mode, of: host))) }
      return (mode, Result { () throws(AccessUnavailable) in try HostAccess(host, mode) })
    }
    selected = policy.map { policy in
      Result { () throws(AccessUnavailable) in try HostAccess(host, selecting: policy, on: probe) }
    }
  }

  /// Whether a mode past the kernel's files is read.
  private func isRead(_ mode: AccessMode) -> Bool { accesses.contains { $0.mode == mode } }

  /// The ways to read a function's registers; those past the kernel only where it has power.
  func readers(of function: KnownFunction) -> [RegisterReader] {
    let size = function.configSize.value ?? 0
    let count = size >= 4096 ? 1024 : 64
    var readers: [RegisterReader] = []
    for (mode, access) in accesses {
      guard case .success(let access) = access else { continue }
      guard mode.isRaw else {
        readers.append(RegisterReader(mode: mode) { Self.read(function, access, 1024) })
        continue
      }
      guard host.isPoweredOn(function), mode != .mechanism1 || function.address.segment == 0,
        mode != .ecam || region(of: function.address) != nil
      else { continue }
      readers.append(
        RegisterReader(mode: mode) { [host] in
          Self.note(Self.read(function, access, mode == .ecam ? count : 64), function, mode, host)
        })
    }
    return readers + selectedReaders(of: function, count)
  }

  /// The ways that the policy selects: one for each mechanism that serves some of the registers.
  private func selectedReaders(of function: KnownFunction, _ count: Int) -> [RegisterReader] {
    guard case .success(let access)? = selected, host.isPoweredOn(function),
      let registers = try? access.open(function.address, confirms: false)
    else { return [] }
    let modes = [Register.vendorID, 0x100].map {
      registers.space.mode(serving: function.address, $0)
    }
    func reader(_ mode: AccessMode?, from first: Register, _ count: Int) -> RegisterReader? {
      guard let mode, count > 0 else { return nil }
      return RegisterReader(mode: mode) {
        Self.fact { () throws(AccessFailure) in
          try registers.registers(from: first, count: count)
        }
      }
    }
    guard count > 64, modes[0] != modes[1] else {
      return [reader(modes[0], from: 0x00, count)].compactMap { $0 }
    }
    return [reader(modes[0], from: 0x00, 64), reader(modes[1], from: 0x100, count - 64)]
      .compactMap { $0 }
  }

  private static func read(
    _ function: KnownFunction, _ access: HostAccess, _ count: Int
  ) -> Fact<[Register: UInt32]> {
    fact { () throws(AccessFailure) in
      try access.open(function.address, confirms: false).registers(count: count)
    }
  }

  private static func fact(
    _ read: () throws(AccessFailure) -> [Register: UInt32]
  ) -> Fact<[Register: UInt32]> {
    do {
      return .known(try read())
    } catch .system(let failure) {
      return Fact { () throws(SystemFailure) in throw failure }
    } catch {
      return .absent("\(error)")
    }
  }

  /// Notes what was read past the kernel's files, so that a recording holds it.
  private static func note(
    _ registers: Fact<[Register: UInt32]>, _ function: KnownFunction, _ mode: AccessMode,
    _ host: Host
  ) -> Fact<[Register: UInt32]> {
    for (register, value) in (registers.value ?? [:]).sorted(by: { $0.key < $1.key }) {
      let request: RawRequest =
        mode == .ecam
        ? .ecam(function.address, register) : .mechanism1(function.address, register)
      _ = host.noted([request.answered(.known(value))])
    }
    return registers
  }

  /// The region that is read for a function.
  private func region(of function: FunctionAddress) -> ECAMRegion? {
    probe.ecam.usableRegion(for: function, under: probe.restriction)
  }

  /// Functions that read all ones, although the kernel has found something else there. A virtual
  /// function has ones for its vendor and device ID alone.
  func silenceFindings(_ functions: [FunctionVerification]) -> [VerificationFinding] {
    functions.filter(\.readsAllOnes).compactMap { function in
      let address = function.address
      guard let identification = host.identification(of: address), identification != "ffff:ffff"
      else { return nil }
      let isOff = !host.isPoweredOn(address)
      return VerificationFinding(
        "function-does-not-answer", isOff ? .note : .error, of: address,
        "\(address): every register reads all ones, and the kernel found \(identification) there"
          + (isOff ? "; it has no power (D3cold)" : ""),
        advice: isOff
          ? "nothing: its driver gives it power when it is used"
          : "it is gone from its bus, or without power: the kernel's log may tell why (dmesg)")
    }
  }

  /// Regions of which no function answers with its identification. What has none agrees with an
  /// address where nothing is.
  func regionFindings(_ functions: [FunctionVerification]) -> [VerificationFinding] {
    var comparisons: [ECAMRegion: [FunctionVerification.Comparison]] = [:]
    for function in functions where function.isIdentified {
      guard let region = region(of: function.address) else { continue }
      comparisons[region, default: []] += function.comparisons.filter { $0.mode == .ecam }
    }
    return probe.ecam.windows.compactMap { window -> VerificationFinding? in
      let answers = comparisons[window.region] ?? []
      guard !answers.isEmpty,
        answers.allSatisfy({ $0.differences.contains { $0.register == .vendorID } })
      else { return nil }
      return VerificationFinding(
        "ecam-does-not-answer", .error,
        "\(window.name): no function answers there with its vendor and device ID, of "
          + "\(answers.count) that were asked",
        advice: "do not use the region; boot with pci=nommconf if the kernel does")
    }
  }

  /// Why modes do not read functions, each cause once.
  func notCompared(_ functions: [FunctionVerification]) -> [String] {
    let known: [KnownFunction]
    switch probe.facts.functions {
    case .absent(let path): return ["\(path) does not exist: no function is known"]
    case .failed(let failure): return ["\(failure): no function is known"]
    case .known(let list) where list.isEmpty: return ["the kernel has no PCI function"]
    case .known(let list): known = list
    }
    var notes: [String] = []
    if let sysfs = probe.modes.first(where: { $0.mode == .sysfs }), !sysfs.causes.isEmpty {
      let remedies = sysfs.remedies.map {
        $0 == AccessModeReport.runAsRoot ? "sudo pcicfg verify" : $0
      }
      notes.append("sysfs: " + (sysfs.causes + remedies).joined(separator: "; "))
    }
    for unavailable in unavailable where unavailable.mode != .ecam {
      notes.append("\(unavailable)")
    }
    for mode in AccessMode.allCases {
      let unread = functions.flatMap { function in
        function.unreadable.filter { $0.mode == mode }
      }
      if let first = unread.first {
        let number = counted(unread.count, "function")
        notes.append(
          (["\(mode.rawValue): \(number): \(first.cause)"] + help(first)).joined(
            separator: "; "))
      }
    }
    if let policy {
      notes += selectionNotes(policy, known)
    } else {
      if !isRead(.mechanism1) { notes.append("conf1: not requested (--raw conf1)") }
      notes += isRead(.ecam) ? ecamNotes : ["ecam: not requested (--raw ecam)"]
    }
    for function in known where !host.isPoweredOn(function) {
      notes.append("\(function.address): has no power (D3cold): conf1 and ecam are not tried")
    }
    return notes
  }

  /// What the policy does not reach, each cause once.
  private func selectionNotes(_ policy: AccessPolicy, _ functions: [KnownFunction]) -> [String] {
    guard let access = try? selected?.get(), case .selected(let space)? = access.selectedSpace
    else {
      guard case .failure(let unavailable)? = selected else { return [] }
      return ["policy \(policy.name): \(unavailable)"]
    }
    var causes: [(cause: String, count: Int)] = []
    for function in functions {
      for register: Register in [0x00, 0x100]
      where register == 0x00 || function.configSize.value ?? 0 >= 4096 {
        let decision = space.decision(for: function.address, register)
        guard HostSpace.selected(space).mode(serving: function.address, register) == nil else {
          continue
        }
        let cause =
          "\(register == 0x00 ? "0x00-0xff" : "0x100-0xfff") refused: "
          + decision.reasons.map(\.description).joined(separator: "; ")
        if let index = causes.firstIndex(where: { $0.cause == cause }) {
          causes[index].count += 1
        } else {
          causes.append((cause, 1))
        }
      }
    }
    return causes.map { "policy \(policy.name): \(counted($0.count, "function")): \($0.cause)" }
  }

  /// The modes that cannot be used.
  private var unavailable: [AccessUnavailable] {
    accesses.compactMap { access in
      guard case .failure(let unavailable) = access.access else { return nil }
      return unavailable
    }
  }

  private var ecamNotes: [String] {
    guard !probe.ecam.windows.isEmpty else {
      return ["ecam: no region is known"] + probe.ecam.remarks.map { "ecam: \($0)" }
    }
    if let unavailable = unavailable.first(where: { $0.mode == .ecam }) {
      return ["\(unavailable)"]
    }
    return probe.ecam.windows.compactMap { window in
      window.objection(under: probe.restriction).map { "ecam: \($0)" }
    }
  }

  private func help(_ unreadable: FunctionVerification.Unreadable) -> [String] {
    guard let failure = unreadable.failure else { return [] }
    switch unreadable.mode {
    case .mechanism1: return AccessDiagnosis.ofPorts(failure, probe.facts).parts
    case .ecam: return AccessDiagnosis.ofMemory(failure, probe.facts).parts
    case .sysfs, .procfs: return []
    }
  }
}

extension AccessDiagnosis {
  fileprivate var parts: [String] { causes + remedies }
}

extension Host {
  /// The vendor and device ID that the kernel found, as `8086:10d3`; `nil` where it does not tell.
  fileprivate func identification(of function: FunctionAddress) -> String? {
    let told = text("sys/bus/pci/devices/\(function)/uevent").value.map { DeviceEvent($0) }
    guard let (vendor, device) = told?.identification else { return nil }
    return "\(hexadecimal(vendor, digits: 4)):\(hexadecimal(device, digits: 4))"
  }
}
