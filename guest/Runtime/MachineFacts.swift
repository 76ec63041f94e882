import PCIConfig

/// What firmware knows of this machine, for the choice of a mechanism.
public enum MachineFacts {
  /// The functions of all buses, which are numbered first, as one of the mechanisms shows them.
  public static let functions: [FunctionAddress] = {
    var last: UInt8 = 0
    do throws(Missing) {
      let mechanism: Mechanism = mechanism1Answers ? .mechanism1 : try openWindow()
      return mechanism.numberBuses(from: 0, &last)
    } catch {
      return []
    }
  }()

  /// The regions that the machine has, its window opened as firmware does it.
  public static let regions: [VouchedRegion] = {
    do throws(Missing) {
      _ = try openWindow(at: Firmware.windowBase)
    } catch {}
    return Firmware.regions()
  }()

  /// The facts, with all regions.
  public static let whole = facts(with: regions)

  /// The facts, with regions of the caller's choice: what they show is compared with what mechanism 1
  /// shows.
  @inline(never)
  public static func facts(with regions: [VouchedRegion]) -> AccessFacts {
    var facts = AccessFacts(
      hypervisor: HypervisorDetection(Processor()).verdict, mechanism1Answers: mechanism1Answers,
      regions: regions)
    guard let vouched = regions.region(for: .hostBridge), mechanism1Answers else { return facts }
    facts.compare(functions, through: mechanism1, and: ECAM(vouched.region, FirmwareMemory()))
    return facts
  }
}
