import LinuxHost
import PCIConfig

/// Why registers are not accessed in the mode that was chosen.
enum AccessFailure: Error, Equatable {
  /// The system refused, or the access failed.
  case system(SystemFailure)
  /// The mode does not lead there.
  case unreachable(ReachError)
  /// The function has no power.
  case noPower
  /// No region that may be touched decodes the function's bus; why not others.
  case noRegion([String])
  /// ECAM shows another value of a register than another mode.
  case differs(Register, value: UInt32, expected: UInt32, AccessMode)
  /// No other mode reads the function.
  case noReference
  /// CONFIG_ADDRESS held something else each time: nothing was read or written.
  case addressLost(UInt32, seen: UInt32)
  /// CONFIG_ADDRESS held something else behind a write.
  case writeUncertain(UInt32, seen: UInt32)
  /// There are no such registers; why.
  case absent(String)
}

extension AccessFailure: CustomStringConvertible {
  /// What was asked and what came, in one line.
  var description: String {
    switch self {
    case .system(let failure): return "\(failure)"
    case .unreachable(let error): return "\(error)"
    case .noPower: return "the function has no power (D3cold): not tried; sysfs wakes it"
    case .noRegion(let objections):
      return objections.isEmpty
        ? "no ECAM region decodes its bus" : objections.joined(separator: "; ")
    case .differs(let register, let value, let expected, let mode):
      return "ecam reads 0x\(hexadecimal(value, digits: 8)) for register \(register), "
        + "\(mode.rawValue) 0x\(hexadecimal(expected, digits: 8)): the region cannot be trusted"
    case .noReference:
      return "no other mode reads its identification, to compare with: ecam is not tried"
    case .addressLost(let address, let seen):
      return "CONFIG_ADDRESS was given 0x\(hexadecimal(address, digits: 8)) and held "
        + "0x\(hexadecimal(seen, digits: 8)) each time: somebody else accesses at the same time; "
        + "try again"
    case .writeUncertain(let address, let seen):
      return "CONFIG_ADDRESS was given 0x\(hexadecimal(address, digits: 8)) and held "
        + "0x\(hexadecimal(seen, digits: 8)) behind the write: another access fell between, and "
        + "another register may have been written"
    case .absent(let what): return what
    }
  }

  /// The description, with the cause and the remedy of a refusal.
  ///
  /// - Parameters:
  ///   - mode: The mode that was tried; `nil` for the kernel's files.
  ///   - host: The machine.
  func line(_ mode: AccessMode?, _ host: Host) -> String {
    guard case .system(let failure) = self, host.isLive else { return description }
    switch mode {
    case .mechanism1:
      return "\(failure): \(Refusal.ofPorts(failure, SystemFacts(host)).line)"
    case .ecam: return "\(failure): \(Refusal.ofMemory(failure, SystemFacts(host)).line)"
    case nil, .sysfs, .procfs: return description
    }
  }
}

extension AccessFailure {
  init(_ failure: PortFailure) {
    switch failure {
    case .system(let failure): self = .system(failure)
    case .addressLost(let address, let seen): self = .addressLost(address, seen: seen)
    case .writeUncertain(let address, let seen): self = .writeUncertain(address, seen: seen)
    }
  }
}

extension PhysicalPage {
  /// Maps the registers of a function.
  ///
  /// - Parameters:
  ///   - function: The function.
  ///   - region: A region that decodes it.
  ///   - isWritable: Whether they are mapped for writing, too.
  init(
    of function: FunctionAddress, in region: ECAMRegion, isWritable: Bool = false
  ) throws(AccessFailure) {
    let address: UInt64
    do {
      address = try region.address(
        of: ConfigurationAccess(aligned: .vendorID, .doubleword, of: function))
    } catch {
      throw .unreachable(error)
    }
    do {
      self = try PhysicalPage(address, isWritable: isWritable)
    } catch {
      throw .system(error)
    }
  }
}
