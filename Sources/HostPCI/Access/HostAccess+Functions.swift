import LinuxHost
import PCIConfig

extension HostAccess {
  /// Lists the functions: as the kernel does in sysfs, else in procfs, with
  /// ``AccessMode/procfs`` in procfs alone. Past the kernel's files those that mechanism 1 finds,
  /// where the kernel lists none.
  func functions() throws(InventoryUnavailable) -> FunctionList {
    switch mode {
    case nil, .sysfs, .procfs:
      do {
        switch mode {
        case .sysfs: return try FunctionList(ofSysfs: host)
        case .procfs: return try FunctionList(ofProcfs: host)
        default: return try FunctionList(ofKernel: host)
        }
      } catch {
        throw .noList(error)
      }
    case .mechanism1, .ecam:
      let unavailable: FunctionListUnavailable?
      do {
        let list = try FunctionList(ofKernel: host)
        guard list.addresses.isEmpty else { return list }
        unavailable = nil
      } catch {
        unavailable = error
      }
      guard host.isLive else {
        if let unavailable { throw .noList(unavailable) }
        return FunctionList([])
      }
      return FunctionList(try mechanism1Functions())
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
