import KVM

/// What a guest did within a part of its run: its exits to user space, and the writes that needed
/// none.
public struct ProfileSection: Equatable, Sendable {
  /// The name that the guest gave; empty for what lies outside of all sections.
  public let name: String
  /// The times of exits by address and direction.
  public private(set) var accesses: [ProfiledAccess: DurationStatistics] = [:]
  /// The times of exits that no address is told of: those that are no accesses, and those to
  /// further addresses when a profile had ``ExitProfile/addressLimit`` already.
  public private(set) var withoutAddress: [ExitKind: DurationStatistics] = [:]
  /// How many writes the ring of coalesced writes has handed over, by address.
  public private(set) var coalescedWrites: [IOAddress: UInt64] = [:]
  /// How many writes have rung doorbells, by address.
  public private(set) var doorbellWrites: [IOAddress: UInt64] = [:]

  /// How many writes the ring has handed over to further addresses.
  public private(set) var otherCoalescedWrites: UInt64 = 0
  /// How many writes have rung doorbells at further addresses.
  public private(set) var otherDoorbellWrites: UInt64 = 0

  /// Creates a section in which nothing has happened.
  ///
  /// - Parameter name: The name; empty for what lies outside of all sections.
  public init(name: String = "") { self.name = name }

  /// How many exits there were, of all kinds.
  public var exitCount: UInt64 { all.count }

  /// The times of all exits.
  public var all: DurationStatistics {
    ExitKind.allCases.reduce(into: DurationStatistics()) { $0.add(self[$1]) }
  }

  /// The times of the exits of one kind.
  public subscript(kind: ExitKind) -> DurationStatistics {
    accesses.reduce(into: withoutAddress[kind] ?? DurationStatistics()) { sum, access in
      if ExitKind(access.key) == kind { sum.add(access.value) }
    }
  }

  /// The addresses with writes that needed no exit, and for each how many writes there were, how
  /// many of them left the guest all the same, and how many exits that saved.
  ///
  /// - Parameter counts: ``coalescedWrites`` or ``doorbellWrites``.
  func savings(_ counts: [IOAddress: UInt64]) -> [Saving] {
    counts.sorted { ProfiledAccess($0.key, .write) < ProfiledAccess($1.key, .write) }.map {
      let access = ProfiledAccess($0.key, .write)
      let exits = accesses[access]?.count ?? 0
      return Saving(access: access, writes: $0.value + exits, exits: exits)
    }
  }

  /// How many addresses it tells of, each as often as it does.
  var addressCount: Int { accesses.count + coalescedWrites.count + doorbellWrites.count }

  /// Counts an exit.
  ///
  /// - Parameters:
  ///   - access: The access; `nil` for an exit that is none.
  ///   - nanoseconds: How long it took.
  ///   - hasRoom: Whether an address may be told of that was not before.
  mutating func record(_ access: ProfiledAccess?, nanoseconds: UInt64, hasRoom: Bool) {
    guard let access, hasRoom || accesses[access] != nil else {
      withoutAddress[ExitKind(access), default: DurationStatistics()].add(nanoseconds)
      return
    }
    accesses[access, default: DurationStatistics()].add(nanoseconds)
  }

  /// Counts a coalesced write; `hasRoom` as of ``record(_:nanoseconds:hasRoom:)``.
  mutating func recordCoalescedWrite(to address: IOAddress, hasRoom: Bool) {
    if hasRoom || coalescedWrites[address] != nil {
      coalescedWrites[address, default: 0] += 1
    } else {
      otherCoalescedWrites += 1
    }
  }

  /// Counts writes to a doorbell; `hasRoom` as of ``record(_:nanoseconds:hasRoom:)``.
  mutating func recordDoorbell(at address: IOAddress, count: UInt64, hasRoom: Bool) {
    if hasRoom || doorbellWrites[address] != nil {
      doorbellWrites[address, default: 0] += count
    } else {
      otherDoorbellWrites += count
    }
  }

  /// Adds what another section has counted.
  mutating func add(_ other: ProfileSection) {
    for (access, times) in other.accesses {
      accesses[access, default: DurationStatistics()].add(times)
    }
    for (kind, times) in other.withoutAddress {
      withoutAddress[kind, default: DurationStatistics()].add(times)
    }
    coalescedWrites.merge(other.coalescedWrites, uniquingKeysWith: +)
    doorbellWrites.merge(other.doorbellWrites, uniquingKeysWith: +)
    otherCoalescedWrites += other.otherCoalescedWrites
    otherDoorbellWrites += other.otherDoorbellWrites
  }
}

/// Writes to one address, some of which needed no exit.
struct Saving: Equatable {
  let access: ProfiledAccess
  let writes: UInt64
  let exits: UInt64

  var saved: UInt64 { writes - exits }
}
