import Glibc
import GuestProtocol
import KVM
import PCIConfig
import ToolSupport
import VirtualMachine

/// What `vmm run` does, and its exit status.
enum RunStatus {
  private static let couldNotRun: Int32 = 2

  /// - Throws: A `ToolError` for a value that only KVM can judge.
  static func of(_ command: RunCommand) throws(ToolError) -> Int32 {
    // A closed standard output is an error of write, which ends the guest in an orderly way.
    signal(SIGPIPE, SIG_IGN)
    occupyClosedStreams()
    do {
      let output = try StandardOutput()
      let firmware = try FirmwareImage(path: command.image)
      if command.profileOptions.sections {
        try firmware.updateParameters { $0.marksSections = true }
      }
      var configuration = BoardConfiguration(
        firmware: firmware, memory: command.memory,
        hypervisor: command.hypervisor.identity, hasMechanism1: command.conf1 == .on,
        ecam: command.ecam, misidentified: command.ecamFault, acpi: try command.acpi.tables())
      command.devices.apply(to: &configuration)
      configuration.mutation = command.mutate?.mutation
      if let path = command.pciDump { configuration.dump = try dump(path) }
      var board = try Board(configuration, on: System(), serialOutput: output)
      let profile = try ProfileOutput(command.profileOptions, image: command.image, &board)
      let ending = try board.run(
        limit: command.timeout > 0 ? .seconds(command.timeout) : nil,
        endingOn: [SIGINT, SIGTERM, SIGHUP])
      let isWritten = try profile.finish(board)
      let status = try status(
        of: ending, at: board.instructionAddress(), output: output, command: command)
      return isWritten ? status : couldNotRun
    } catch BoardError.memorySlots(let wanted, let limit) {
      throw .usage("--memory-slots \(wanted): expected at most \(limit), which is all KVM has left")
    } catch BoardError.system(let error), FirmwareImageError.system(let error),
      ForgedTableError.system(let error), DumpFileError.system(let error)
    {
      report(explanation(of: error))
    } catch let error as KVMError {
      report(explanation(of: error))
    } catch let error as ParameterBlockError {
      report("\(command.image): \(error)")
    } catch {
      report("\(error)")
    }
    return couldNotRun
  }

  /// Reads a dump, and says what of it no guest reaches.
  private static func dump(_ path: String) throws(DumpFileError) -> ConfigurationDump {
    let dump = try ConfigurationDump(path: path)
    for omission in dump.omissions { report("\(path): \(omission)") }
    return dump
  }

  /// Keeps what is opened from taking the place of a standard stream that was closed from the
  /// start, where output would go to it: writes must fail.
  private static func occupyClosedStreams() {
    var descriptor: Int32
    repeat { descriptor = open("/dev/null", O_RDONLY) } while (0...2).contains(descriptor)
    if descriptor >= 0 { close(descriptor) }
  }

  private static func status(
    of ending: Ending, at address: UInt64, output: StandardOutput, command: RunCommand
  ) -> Int32 {
    switch output.failure {
    case nil: break
    case EPIPE: return 128 + SIGPIPE
    case .some(let error):
      report("standard output: \(String(cString: strerror(error)))")
      return couldNotRun
    }
    let place = "at 0x" + String(address, radix: 16)
    switch ending {
    case .debugExit(let value): return value == 0 ? 0 : (Int32(value) << 1 | 1) & 0xFF
    case .shutdown:
      report("\(command.image): the processor shut down \(place) (triple fault)")
      return 4
    case .internalError(let error):
      report("\(command.image): \(error)")
      return 6
    case .timeLimit:
      report("\(command.image): time limit of \(command.timeout) s, \(place)")
      return 8
    case .halted:
      report("\(command.image): halted \(place) with nothing to wake it")
      return 10
    case .failedEntry(let reason):
      report(
        "\(command.image): the processor refuses the guest's state \(place), reason 0x"
          + String(reason, radix: 16))
      return 12
    case .unsupportedExit(let exit):
      report("\(command.image): an exit that the monitor does not handle \(place): \(exit)")
      return 12
    case .signalled(let signal): return 128 + signal
    case .outputClosed: return couldNotRun
    }
  }

  private static func explanation(of error: KVMError) -> String {
    guard ["open", "read"].contains(error.call) else { return "\(error)" }
    guard error.argument == "/dev/kvm" else { return "\(error.argument): \(error.systemMessage)" }
    let remedy =
      switch error.errno {
      case ENOENT, ENODEV, ENXIO:
        ": enable virtualisation in the firmware or the outer hypervisor, "
          + "and load the module kvm_intel or kvm_amd"
      case EACCES, EPERM: ": join the group kvm (usermod -aG kvm USER) or run as root"
      default: ""
      }
    return "/dev/kvm: \(error.systemMessage)\(remedy)"
  }

  static func report(_ message: String) {
    let line = "vmm: \(message)\n"
    _ = line.utf8.withContiguousStorageIfAvailable {
      write(STDERR_FILENO, $0.baseAddress, $0.count)
    }
  }
}
