import ArgumentParser
import Glibc
import KVM
import PCIConfig
import ToolSupport
import VirtualMachine

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Boots a ROM image and ends as the guest does.",
    usage: "vmm run IMAGE [OPTIONS]",
    discussion: """
      The image is the end of the address space below 4 GiB, where the processor starts. What the \
      guest sends over the serial port COM1 goes to standard output.

      EXAMPLES:
        vmm run suite.rom
        vmm run suite.rom --hypervisor none --timeout 5
        vmm run suite.rom --memory 256 --conf1 off | head
        vmm run suite.rom --ecam read-only --acpi forged-mcfg.bin
        vmm run suite.rom --coalesce port:0x70 --doorbells none
        vmm run suite.rom --pci-dump report.log --ecam read-only
        vmm run suite.rom --profile --sections --json profile.json
        vmm run conf1.rom --mutate conf1-low-bits-added

      PCI DUMP:
        With --pci-dump, each function of segment 0 in the text answers at its
        address with its registers, in both mechanisms alike; the monitor's own
        functions are gone. The text does not tell everything:

        writes      as the header's type defines them: command, errors in status,
                    cache line size, interrupt line, base addresses; of bridges
                    bus numbers, windows and control. All else is read-only,
                    capabilities included.
        sizes       a base address is for as much as its alignment allows, up to
                    256 ports or 1 MiB; zero is not implemented. Nothing is
                    behind it.
        the rest    registers that the text has not are zero, but where it ends
                    at 0x100 or before, a function without a PCI Express
                    capability has none from there on: all ones.
        buses       bridges lead to what is behind them by the bus numbers that
                    they have at the moment; a bus that no bridge of the text
                    leads to keeps its number.
        ECAM        8086:29c0 at 00:00.0 has it where its PCIEXBAR says; all other
                    machines have it at 0xe0000000, always open, as ACPI's MCFG
                    tells.

      EXIT STATUS:
        0              the guest wrote 0 to port 0xF4
        odd            (v << 1) | 1 for another value v, low 8 bits
        2              could not run: the image, the options' values or KVM
        4              the processor shut down (triple fault)
        6              KVM internal error; registers on standard error
        8              time limit
        10             halted: nothing can wake the guest
        12             an exit of KVM's that the monitor does not handle
        64             usage
        128 + signal   SIGINT, SIGTERM, SIGHUP; SIGPIPE where output is closed
      """)

  @Argument(
    help: "The ROM image: a multiple of 4 KiB, up to 16 MiB.", completion: .file())
  var image = ""

  @Option(help: ArgumentHelp("Memory, 2 to 2048 MiB.", valueName: "mib"))
  var memory = 64

  @Option(
    help: ArgumentHelp(
      "What CPUID says about the hypervisor. (values: "
        + "\(HypervisorOption.names.joined(separator: ", ")); default: kvm)", valueName: "name"),
    completion: .list(HypervisorOption.names), transform: HypervisorOption.init(named:))
  var hypervisor = HypervisorOption.kvm

  @Option(
    help: ArgumentHelp(
      "PCI configuration mechanism #1 at ports 0xCF8 to 0xCFF.", valueName: "switch"))
  var conf1 = Switch.on

  @Option(
    help: ArgumentHelp(
      "The ECAM window: none, one whose accesses all leave the guest, memory that guests read "
        + "without leaving, or that with writes that wait for the next exit: reads before it show "
        + "what was before the write.", valueName: "mode"))
  var ecam = BoardConfiguration.ECAM.trapped

  @Option(
    help: ArgumentHelp(
      "The ACPI tables: none; RSDP, XSDT and an MCFG built for the ECAM window; or with the bytes "
        + "of a file instead of that MCFG, at most \(ForgedTable.sizes.upperBound).",
      valueName: "none|built|file"))
  var acpi = ACPIOption.built

  @Option(
    help: ArgumentHelp(
      "The functions of another machine instead of this one's, from text that lspci prints with "
        + "-x, -xxx or -xxxx.", valueName: "file"), completion: .file())
  var pciDump: String?

  @Option(
    help: ArgumentHelp(
      "A function that the ECAM window shows with a wrong vendor and device.",
      valueName: "bus:device.function", visibility: .hidden), transform: Self.function)
  var ecamFault: FunctionAddress?

  @OptionGroup var devices: DeviceOptions

  @Option(
    help: ArgumentHelp(
      "One behaviour of the machine to break on purpose; 'list' tells them and needs no image.",
      valueName: "name"),
    completion: .list(MutateOption.names), transform: MutateOption.init(named:))
  var mutate: MutateOption?

  @Option(
    help: ArgumentHelp(
      "The longest time the guest may run, with fractions; 0 for no limit.", valueName: "seconds"))
  var timeout = 60.0

  @OptionGroup
  var profileOptions: ProfileOptions

  func validate() throws {
    guard !image.isEmpty || mutate == .list else {
      throw ValidationError("missing expected argument '<image>'")
    }
    if let mutation = mutate?.mutation, let window = mutation.window, window != ecam {
      throw ValidationError("--mutate \(mutation.rawValue): expected --ecam \(window.rawValue)")
    }
    if pciDump != nil { try validateWithDump() }
    guard BoardConfiguration.memorySizes.contains(memory) else {
      throw ValidationError("--memory \(memory): expected 2 to 2048 MiB")
    }
    guard devices.processors == 1 || devices.interruptControllers == .kernel else {
      throw ValidationError(
        "--cpus \(devices.processors): needs --irqchip kernel, whose local APICs start processors")
    }
    guard timeout >= 0 && timeout <= 1_000_000 else {
      throw ValidationError("--timeout \(timeout): expected 0 to 1000000 seconds")
    }
  }

  /// What needs a function of the machine's own makes no sense with those of another.
  private func validateWithDump() throws {
    if let mutation = mutate?.mutation, mutation.needsOwnFunctions {
      throw ValidationError(
        "--mutate \(mutation.rawValue): breaks functions that are not there with --pci-dump")
    }
    guard devices.doorbells == .wildcard else {
      throw ValidationError(
        "--doorbells \(devices.doorbells.rawValue): no test device is there with --pci-dump")
    }
  }

  private static func function(_ text: String) throws -> FunctionAddress {
    guard let function = FunctionAddress(text), function.segment == 0 else {
      throw ValidationError("expected bus:device.function, hexadecimal")
    }
    return function
  }

  func run() throws {
    if mutate == .list { return try show(MutateOption.listing) }
    throw ExitCode(try RunStatus.of(self))
  }
}

/// `on` or `off`.
enum Switch: String, ExpressibleByArgument, CaseIterable {
  case on
  case off
}

extension BoardConfiguration.ECAM: ExpressibleByArgument {}
