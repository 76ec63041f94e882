import LinuxHost
import PCIConfig

/// How the functions of a machine are read.
struct VerificationReading {
  let host: Host
  let probe: Probe
  let modes: Set<AccessMode>

  init(_ host: Host, _ probe: Probe, _ modes: Set<AccessMode>) {
    self.host = host
    self.probe = probe
    self.modes = modes
  }

  private func isMeant(_ mode: AccessMode) -> Bool {
    !host.isLive || modes.contains(mode)
  }

  /// The ways to a function's registers; those past the kernel only where it has power.
  func readers(of function: KnownFunction) -> [RegisterReader] {
    let address = function.address
    var readers = [
      RegisterReader(mode: .sysfs) { [host] in host.registers(in: [function.sysfsConfigPath]) },
      RegisterReader(mode: .procfs) { [host] in
        host.registers(in: host.procfsPaths(of: address))
      },
    ]
    guard host.isAwake(function) else { return readers }
    if isMeant(.mechanism1), mechanism1Objection == nil, address.segment == 0 {
      readers.append(
        RegisterReader(mode: .mechanism1) { [host] in
          host.mechanism1Registers(
            of: address, expected: host.doubleword(of: function, .vendorID).value)
        })
    }
    if isMeant(.ecam), let region = region(of: address) {
      let size = function.configSize.value ?? 0
      readers.append(
        RegisterReader(mode: .ecam) { [host] in
          host.ecamRegisters(of: address, in: region, count: size >= 4096 ? 1024 : 64)
        })
    }
    return readers
  }

  private var mechanism1Objection: String? { probe.facts.ports.value?.objectionToMechanism1 }

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
      let isOff = !host.isAwake(address)
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
    if !isMeant(.mechanism1) {
      notes.append("conf1: not asked for (--raw conf1)")
    } else if let mechanism1Objection {
      notes.append("conf1: \(mechanism1Objection)")
    }
    notes += isMeant(.ecam) ? ecamNotes : ["ecam: not asked for (--raw ecam)"]
    for function in known where !host.isAwake(function) {
      notes.append("\(function.address): has no power (D3cold): conf1 and ecam are not tried")
    }
    return notes
  }

  private var ecamNotes: [String] {
    guard !probe.ecam.windows.isEmpty else {
      return ["ecam: no region is known"] + probe.ecam.remarks.map { "ecam: \($0)" }
    }
    return probe.ecam.windows.compactMap { window in
      window.objection(under: probe.restriction).map { "ecam: \($0)" }
    }
  }

  private func help(_ unreadable: FunctionVerification.Unreadable) -> [String] {
    guard let failure = unreadable.failure else { return [] }
    switch unreadable.mode {
    case .mechanism1: return Refusal.ofPorts(failure, probe.facts).parts
    case .ecam: return Refusal.ofMemory(failure, probe.facts).parts
    case .sysfs, .procfs: return []
    }
  }
}

extension Refusal {
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
