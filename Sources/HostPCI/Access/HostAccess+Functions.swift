import LinuxHost
import PCIConfig

extension HostAccess {
  /// Lists the functions: as the kernel does in sysfs, else in procfs, and with
  /// ``AccessMode/procfs`` in procfs alone. Past the kernel's files those that mechanism 1 finds
  /// where the kernel lists none.
  func functions() throws(InventoryUnavailable) -> FunctionList {
    do {
      switch choice {
      case .mode(.sysfs): return try FunctionList(ofSysfs: host)
      case .mode(.procfs): return try FunctionList(ofProcfs: host)
      case .kernel, .dump: return try FunctionList(ofKernel: host)
      case .mode, .policy:
        let list = try FunctionList(ofKernel: host)
        guard list.addresses.isEmpty, host.isLive else { return list }
      }
    } catch {
      guard isRaw, host.isLive else { throw .noList(error) }
    }
    return FunctionList(try mechanism1Functions())
  }

  /// Enumerates the buses by mechanism 1, also for ECAM: a function that no other mode reads is not
  /// accessed through it.
  private func mechanism1Functions() throws(InventoryUnavailable) -> [FunctionAddress] {
    let ports: HostAccess
    do {
      ports = try HostAccess(host, .mechanism1)
    } catch {
      throw .refused(error)
    }
    do {
      return try HostSpace.mechanism1(on: host).functions(inSegment: 0)
    } catch {
      throw .refused(AccessUnavailable(mode: .mechanism1, reason: error.line(ports)))
    }
  }
}
