import PCIConfig

/// The functions of a machine, before any is looked at.
struct FunctionList {
  /// Where they are.
  var addresses: [FunctionAddress]
  /// What procfs tells of them; `nil` where sysfs does, or nothing.
  var procfs: ProcfsDevices?
  /// What was listed and is no address, a sentence each.
  var failures: [String]
}

extension HostAccess {
  /// Lists the functions: as the kernel does in sysfs, else in procfs, with
  /// ``AccessMode/procfs`` in procfs alone. Past the kernel's files those that mechanism 1 finds,
  /// where the kernel lists none.
  func functions() throws(InventoryUnavailable) -> FunctionList {
    switch mode {
    case .sysfs: return try sysfsFunctions()
    case .procfs: return try procfsFunctions()
    case nil: return try kernelFunctions()
    case .mechanism1, .ecam:
      let unavailable: InventoryUnavailable?
      do {
        let list = try kernelFunctions()
        guard list.addresses.isEmpty else { return list }
        unavailable = nil
      } catch {
        unavailable = error
      }
      guard host.isLive else {
        if let unavailable { throw unavailable }
        return FunctionList(addresses: [], failures: [])
      }
      return FunctionList(addresses: try mechanism1Functions(), failures: [])
    }
  }

  private func kernelFunctions() throws(InventoryUnavailable) -> FunctionList {
    do {
      return try sysfsFunctions()
    } catch {
      guard case .absent = error, host.size("proc/bus/pci").value != nil else { throw error }
      return try procfsFunctions()
    }
  }

  private func sysfsFunctions() throws(InventoryUnavailable) -> FunctionList {
    let directory = "sys/bus/pci/devices"
    let names: [String]
    switch host.names(in: directory) {
    case .known(let found): names = found
    case .absent(let path): throw .absent(path: path, record: host.record)
    case .failed(let failure): throw .failed(failure)
    }
    var list = FunctionList(addresses: [], failures: [])
    for name in names {
      if let address = FunctionAddress(name) {
        list.addresses.append(address)
      } else {
        list.failures.append("\(directory)/\(name): the name is no address")
      }
    }
    return list
  }

  private func procfsFunctions() throws(InventoryUnavailable) -> FunctionList {
    do {
      let devices = try ProcfsDevices(host)
      return FunctionList(
        addresses: devices.addresses, procfs: devices,
        failures: devices.unreadableNames.map { "\($0): the name is no address" })
    } catch {
      throw .failed(error)
    }
  }

  /// Walks the buses by mechanism 1, also for ECAM: a function that no other mode reads is not
  /// touched through it.
  private func mechanism1Functions() throws(InventoryUnavailable) -> [FunctionAddress] {
    let ports: HostAccess
    do {
      ports = try HostAccess(host, .mechanism1)
    } catch {
      throw .refused(error)
    }
    do {
      return try BusWalk.functions { function, register throws(AccessFailure) in
        try ports.registers(of: function).read(register, .doubleword).value
      }
    } catch {
      throw .refused(
        AccessUnavailable(mode: .mechanism1, reason: error.line(.mechanism1, host)))
    }
  }
}
