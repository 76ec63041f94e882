import KVM
import PCIConfig

/// A profile and KVM's own counts as a document for programs.
///
/// Times are in nanoseconds.
public struct ProfileDocument: Encodable, Sendable {
  let schema = "pcicfg.vmm-profile"
  let version = 1
  let tool = PCIConfigVersion.current
  let image: String
  let profile: Profile?
  let statistics: Counts?

  /// Makes a document.
  ///
  /// - Parameters:
  ///   - image: The image that ran.
  ///   - profile: What its exits cost; `nil` where nobody measured.
  ///   - counts: What KVM counted; `nil` where nobody asked.
  public init(image: String, profile: ExitProfile?, counts: KernelCounts?) {
    self.image = image
    self.profile = profile.map(Profile.init)
    statistics = counts.map(Counts.init)
  }

  struct Profile: Encodable {
    let total: Section
    /// Those that the guest has marked; what lies outside of all has an empty name.
    let sections: [Section]

    init(_ profile: ExitProfile) {
      total = Section(profile.total)
      sections = profile.sections.count > 1 ? profile.sections.map(Section.init) : []
    }
  }

  struct Section: Encodable {
    let name: String
    let exits: UInt64
    let kinds: [Kind]
    let accesses: [Access]
    let coalesced: [Writes]
    let doorbells: [Writes]
    /// What no address is told of, since there are too many.
    let others: Others

    init(_ section: ProfileSection) {
      name = section.name
      exits = section.exitCount
      kinds = ExitKind.allCases.map { Kind(kind: $0.rawValue, times: Times(section[$0])) }
      accesses = section.accesses.sorted { $0.key < $1.key }.map {
        Access(
          place: Place($0.key.address), direction: $0.key.direction.rawValue,
          times: Times($0.value))
      }
      coalesced = section.savings(section.coalescedWrites).map(Writes.init)
      doorbells = section.savings(section.doorbellWrites).map(Writes.init)
      others = Others(section)
    }
  }

  struct Others: Encodable {
    /// The kinds of accesses, without those that there were none of.
    let accesses: [Kind]
    let savedExitsByCoalescing: UInt64
    let savedExitsByDoorbells: UInt64

    init(_ section: ProfileSection) {
      accesses = ExitKind.allCases.compactMap { kind in
        guard kind != .other, let times = section.withoutAddress[kind] else { return nil }
        return Kind(kind: kind.rawValue, times: Times(times))
      }
      savedExitsByCoalescing = section.otherCoalescedWrites
      savedExitsByDoorbells = section.otherDoorbellWrites
    }
  }

  struct Kind: Encodable {
    let kind: String
    let times: Times
  }

  struct Access: Encodable {
    let place: Place
    let direction: String
    let times: Times
  }

  struct Place: Encodable {
    let space: String
    let address: UInt64

    init(_ address: IOAddress) {
      switch address {
      case .port(let port):
        space = "port"
        self.address = UInt64(port)
      case .memory(let address):
        space = "memory"
        self.address = address
      }
    }
  }

  struct Times: Encodable {
    let samples: UInt64
    let total: UInt64
    let minimum: UInt64
    let maximum: UInt64
    let mean: Double
    let relativeError: Double

    init(_ times: DurationStatistics) {
      samples = times.count
      total = times.total
      minimum = times.minimum
      maximum = times.maximum
      mean = times.mean
      relativeError = times.relativeError
    }
  }

  struct Writes: Encodable {
    let place: Place
    let writes: UInt64
    let exits: UInt64
    let savedExits: UInt64

    init(_ saving: Saving) {
      place = Place(saving.access.address)
      writes = saving.writes
      exits = saving.exits
      savedExits = saving.saved
    }
  }

  struct Counts: Encodable {
    let available: Bool
    let sources: [Source]

    init(_ counts: KernelCounts) {
      available = counts.differences != nil
      sources = (counts.differences ?? []).map(Source.init)
    }
  }

  struct Source: Encodable {
    let name: String
    let counts: [Count]

    init(_ statistics: Statistics) {
      name = statistics.source
      counts = KernelCount.all(in: statistics).filter { $0.value != 0 }.map(Count.init)
    }
  }

  struct Count: Encodable {
    let name: String
    /// Which bucket of a histogram, from 0; absent for all that is none.
    let bucket: Int?
    /// Whether this is no count but a level or a maximum, as it was at the end.
    let isLevel: Bool
    let value: UInt64

    init(_ count: KernelCount) {
      name = count.name
      bucket = count.bucket
      isLevel = count.isLevel
      value = count.value
    }
  }
}
