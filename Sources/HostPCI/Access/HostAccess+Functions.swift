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
      return try RawSpace(access: ports).functions(inSegment: 0)
    } catch {
      throw .refused(
        AccessUnavailable(mode: .mechanism1, reason: error.line(.mechanism1, host)))
    }
  }
}

/// The registers of all functions through one mode.
private struct RawSpace: ConfigurationSpace {
  let access: HostAccess

  func read(_ access: ConfigurationAccess) throws(AccessFailure) -> UInt32 {
    try self.access.registers(of: access.function).read(access.register, access.width).value
  }

  func write(_ access: ConfigurationAccess, _ value: UInt32) throws(AccessFailure) {
    _ = try self.access.registers(of: access.function).write(access.register, access.width, value)
  }
}
