import LinuxHost
import PCIConfig

/// One of two machines that are compared.
public struct ComparedMachine: Sendable {
  /// What was named: a directory, a file, or `live`.
  public let name: String
  /// The functions.
  let functions: [FunctionAddress: ListedFunction]
  /// The functions that are there, and nothing tells what they are.
  var unidentified: Set<FunctionAddress>
  /// The functions of which the kernel tells who has them.
  let told: Set<FunctionAddress>
  /// Registers that showed another value when they were read again.
  let volatile: [FunctionAddress: Set<Register>]
  /// What else there is to compare, in the same order for every machine.
  let topics: [Topic]
  /// Whether it has registers and nothing else.
  let isDump: Bool
  /// What could not be read, a sentence each.
  var failures: [String]

  /// Something that machines have one or several of.
  struct Topic: Equatable, Sendable {
    let kind: MachineDifference.Kind
    let name: String?
    /// Whether each value is compared for itself.
    let isList: Bool
    /// What the machine shows; `nil` where that is not known.
    let values: [String]?
  }

  /// Looks at a machine; the live one is asked as by `probe`, and its registers are read twice.
  ///
  /// - Parameters:
  ///   - host: The machine.
  ///   - name: How it was named.
  /// - Throws: ``InventoryUnavailable`` where nothing tells of its functions.
  public init(_ host: Host, name: String) throws(InventoryUnavailable) {
    self.name = name
    let inventory = try Self.inventory(host)
    functions = Dictionary(inventory.functions.map { ($0.address, $0) }) { first, _ in first }
    unidentified = Set(inventory.unidentified)
    told = Set(
      functions.keys.filter { host.text("sys/bus/pci/devices/\($0)/uevent").value != nil })
    volatile = host.isLive ? Self.changes(inventory, try Self.inventory(host)) : [:]
    topics = Self.topics(of: Probe(host), host)
    isDump = host.record?.isDump == true
    failures = inventory.failures
  }

  private static func inventory(_ host: Host) throws(InventoryUnavailable) -> Inventory {
    do {
      return try Inventory(of: host, details: .all)
    } catch {
      guard case .noList(.absent(let path, _?)) = error, host.tells(of: path) else { throw error }
      return Inventory(of: ConfigurationDump([]))
    }
  }

  private static func changes(
    _ first: Inventory, _ second: Inventory
  ) -> [FunctionAddress: Set<Register>] {
    let later = Dictionary(second.functions.map { ($0.address, $0) }) { first, _ in first }
    var changes: [FunctionAddress: Set<Register>] = [:]
    for function in first.functions {
      guard let former = function.image, let latter = later[function.address]?.image else {
        continue
      }
      for offset in stride(from: UInt16(0), to: 4096, by: 4)
      where former.doubleword(at: offset) != latter.doubleword(at: offset) {
        changes[function.address, default: []].insert(Register(integerLiteral: offset))
      }
    }
    return changes
  }
}
