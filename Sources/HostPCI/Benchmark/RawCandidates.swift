import LinuxHost
import PCIConfig

/// The registers that can be read past the kernel, in modes that were named.
///
/// Mechanism 1 reads the vendor and device ID alone: while another register is addressed, a write
/// of the kernel that falls between would change it.
struct RawCandidates {
  /// A register in a mode.
  enum Read {
    case mechanism1(FunctionAddress)
    case ecam(FunctionAddress, ECAMRegion, Register)

    var mode: AccessMode {
      switch self {
      case .mechanism1: .mechanism1
      case .ecam: .ecam
      }
    }

    var mechanism: KernelAccess.Mechanism {
      switch self {
      case .mechanism1: .mechanism1
      case .ecam: .ecam
      }
    }

    var register: Register {
      switch self {
      case .mechanism1: .vendorID
      case .ecam(_, _, let register): register
      }
    }

    /// Times reads in a child process.
    ///
    /// - Parameter count: How many, at most ``SharedPage/greatestTimeCount``.
    func time(count: Int) throws(AccessFailure) -> [UInt32] {
      switch self {
      case .mechanism1(let function):
        let access: Mechanism1Access
        do {
          access = try Mechanism1Access(
            ConfigurationAccess(aligned: .vendorID, .doubleword, of: function))
        } catch {
          throw .unreachable(error)
        }
        do {
          return try LiveMechanism1.timeReads(access, count: count)
        } catch {
          throw error.accessFailure
        }
      case .ecam(let function, let region, let register):
        let access = ConfigurationAccess(aligned: register, .doubleword, of: function)
        let address: UInt64
        do {
          address = try region.address(of: access)
        } catch {
          throw .unreachable(error)
        }
        do {
          return try PhysicalPage(address & ~4095)
            .timeReads(at: Int(address % 4096), count: count)
        } catch {
          throw .system(error)
        }
      }
    }
  }

  private(set) var reads: [(read: Read, value: UInt32)] = []
  private(set) var omissions: [AccessBenchmark.Omission] = []

  /// Asks for each mode, and reads each register once.
  ///
  /// - Parameters:
  ///   - host: The live machine.
  ///   - function: The function.
  ///   - modes: ``AccessMode/mechanism1``, ``AccessMode/ecam``.
  init(_ host: Host, _ function: KnownFunction, _ modes: Set<AccessMode>) {
    for mode in AccessMode.allCases where modes.contains(mode) {
      let access: HostAccess
      do {
        access = try HostAccess(host, mode)
      } catch {
        omissions.append(.init(mode: mode, register: nil, reason: error.reason))
        continue
      }
      do {
        try add(try access.open(function.address), function)
      } catch {
        omissions.append(.init(mode: mode, register: nil, reason: error.line(access)))
      }
    }
  }

  private mutating func add(
    _ registers: FunctionSpace, _ function: KnownFunction
  ) throws(AccessFailure) {
    let candidates: [Read]
    switch registers.space {
    case .mechanism1: candidates = [.mechanism1(function.address)]
    case .ecam(let space):
      let isExtended = function.configSize.value == 4096
      candidates = (isExtended ? [0x00, 0x100] : [0x00]).map {
        .ecam(function.address, space.region, $0)
      }
    case .files, .recorded, .dump, .selected: candidates = []
    }
    for candidate in candidates {
      reads.append((candidate, try registers.read(candidate.register, .doubleword).value))
    }
  }
}
