import ArgumentParser
import KVM
import VirtualMachine

/// What KVM does for the machine's devices, and how many processors and slots there are.
struct DeviceOptions: ParsableArguments {
  @Option(
    name: .customLong("coalesce"),
    help: ArgumentHelp(
      "Where writes wait in a ring for the next exit: port:ADDRESS, port:ADDRESS+SIZE or "
        + "memory:ADDRESS+SIZE, such as port:0x70. May be repeated.", valueName: "zone"),
    transform: CoalescedZone.init(option:))
  var zones: [CoalescedZone] = []

  @Option(
    help: ArgumentHelp(
      "How KVM takes the doorbells of the test device at 00:04.0, an interface as QEMU's "
        + "pci-testdev: not at all; those of any value by their width; or, in memory, in any width.",
      valueName: "match"))
  var doorbells = BoardConfiguration.Doorbells.wildcard

  @Option(
    name: .customLong("irqchip"),
    help: ArgumentHelp(
      "PICs, I/O APIC and local APICs: none, or KVM's. With them HLT waits for an interrupt; COM1 "
        + "and the clock have theirs, 4 and 8.", valueName: "where"))
  var interruptControllers = InterruptControllers.none

  @Option(
    name: .customLong("cpus"),
    help: ArgumentHelp(
      "Processors, 1 to 255. The first one starts the others by INIT and SIPI, which more than "
        + "one need --irqchip kernel for.", valueName: "number"))
  var processors = 1

  @Option(
    help: ArgumentHelp(
      "Memory slots that nobody needs, besides the machine's own.", valueName: "number"))
  var memorySlots = 0

  /// Where the interrupt controllers are.
  enum InterruptControllers: String, ExpressibleByArgument, CaseIterable {
    case none
    case kernel
  }

  func validate() throws {
    let counts = BoardConfiguration.processorCounts
    guard counts.contains(processors) else {
      throw ValidationError(
        "--cpus \(processors): expected \(counts.lowerBound) to \(counts.upperBound)")
    }
    guard memorySlots >= 0 else {
      throw ValidationError("--memory-slots \(memorySlots): expected 0 or more")
    }
  }

  /// Makes a machine as these options want it.
  func apply(to configuration: inout BoardConfiguration) {
    configuration.coalescedZones = zones
    configuration.doorbells = doorbells
    configuration.hasInterruptControllers = interruptControllers == .kernel
    configuration.processorCount = processors
    configuration.extraMemorySlots = memorySlots
  }
}

extension BoardConfiguration.Doorbells: ExpressibleByArgument {}
