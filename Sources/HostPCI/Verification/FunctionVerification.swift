import LinuxHost
import PCIConfig

/// One mode's way to a function's registers.
struct RegisterReader {
  /// The mode.
  let mode: AccessMode
  /// Reads all doublewords that the mode has of the function. What is absent is a file, or for a
  /// mode past the kernel's files a clause that says why it has none.
  let read: () -> Fact<[Register: UInt32]>
}

/// A function's registers, read through several modes and compared by doubleword.
public struct FunctionVerification: Equatable, Sendable {
  /// A register that two modes read differently, each the same value time after time.
  public struct Difference: Equatable, Sendable {
    /// A multiple of 4.
    public let register: Register
    /// The value in the first mode.
    public let expected: UInt32
    /// The value in the other mode.
    public let value: UInt32
  }

  /// What one mode shows, compared with the first that reads the function.
  public struct Comparison: Equatable, Sendable {
    /// The mode.
    public let mode: AccessMode
    /// How many registers both have and neither changes.
    public let compared: Int
    /// Those that differ, ascending.
    public let differences: [Difference]
  }

  /// The function.
  public let address: FunctionAddress
  /// The mode that the others are compared with; `nil` where none reads the function.
  public let reference: AccessMode?
  /// The other modes that read it.
  public let comparisons: [Comparison]
  /// Registers that a mode reads differently from itself when it reads again, ascending.
  public let volatile: [Register]
  /// How many registers read the same in at least two modes and differently in none.
  public let identicalCount: Int
  /// Whether every register that the first mode reads is all ones.
  let readsAllOnes: Bool
  /// Whether the first mode reads a vendor and device ID, as of a virtual function none does.
  let isIdentified: Bool
  /// The modes that do not read the function.
  let unreadable: [Unreadable]

  /// A mode that does not read a function.
  struct Unreadable: Equatable {
    let mode: AccessMode
    /// Why, in one line.
    let cause: String
    /// What the system answered; `nil` where there is nothing to ask.
    let failure: SystemFailure?
  }

  /// How often what differs is read again.
  private static let repetitions = 3

  /// Reads and compares.
  ///
  /// - Parameters:
  ///   - address: The function.
  ///   - readers: The modes; the first that reads the function is the reference.
  init(_ address: FunctionAddress, _ readers: [RegisterReader]) {
    self.address = address
    var readings: [(reader: RegisterReader, values: [Register: UInt32])] = []
    var unreadable: [Unreadable] = []
    for reader in readers {
      switch reader.read() {
      case .known(let values): readings.append((reader, values))
      case .absent(let subject):
        let isFile = reader.mode == .sysfs || reader.mode == .procfs
        unreadable.append(
          Unreadable(
            mode: reader.mode,
            cause: isFile ? "\(subject) does not exist" : subject,
            failure: nil))
      case .failed(let failure):
        unreadable.append(
          Unreadable(mode: reader.mode, cause: "\(failure)", failure: failure))
      }
    }
    self.unreadable = unreadable
    reference = readings.first?.reader.mode
    readsAllOnes = readings.first?.values.allSatisfy { $0.value == .max } ?? false
    isIdentified = readings.first?.values[.vendorID].map { $0 != .max } ?? false
    guard let first = readings.first, readings.count > 1 else {
      (comparisons, volatile, identicalCount) = ([], [], 0)
      return
    }
    let others = readings.dropFirst()
    var changing: Set<Register> = []
    func readAgain(_ reading: (reader: RegisterReader, values: [Register: UInt32])) {
      let again = reading.reader.read().value ?? [:]
      for (register, value) in again {
        if let former = reading.values[register], former != value { changing.insert(register) }
      }
    }
    readAgain(first)
    let differs = others.contains { reading in
      reading.values.contains { register, value in
        first.values[register].map { $0 != value } ?? false
      }
    }
    if differs {
      for _ in 0..<Self.repetitions { readings.forEach(readAgain) }
    }
    var compared: Set<Register> = []
    var different: Set<Register> = []
    comparisons = others.map { reading in
      let common = reading.values.keys.filter {
        first.values[$0] != nil && !changing.contains($0)
      }
      let differences = common.sorted().compactMap { register -> Difference? in
        guard let expected = first.values[register], let value = reading.values[register],
          expected != value
        else { return nil }
        return Difference(register: register, expected: expected, value: value)
      }
      compared.formUnion(common)
      different.formUnion(differences.map(\.register))
      return Comparison(
        mode: reading.reader.mode, compared: common.count, differences: differences)
    }
    volatile = changing.sorted()
    identicalCount = compared.subtracting(different).count
  }

  /// The registers that differ in any mode, ascending.
  public var different: [Register] {
    Set(comparisons.flatMap { $0.differences.map(\.register) }).sorted()
  }
}
