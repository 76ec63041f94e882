import PCIConfig

/// What two machines, or one at two times, show differently.
public struct MachineComparison: Sendable {
  /// What the machines were called.
  public let names: [String]
  /// The differences: function by function, then what else there is.
  public private(set) var differences: [MachineDifference] = []
  /// What was not compared, a sentence each.
  public private(set) var notCompared: [String] = []

  /// Compares.
  public init(_ first: ComparedMachine, _ second: ComparedMachine) {
    names = [first.name, second.name]
    var gaps = Gaps()
    for address in Set(first.functions.keys).union(second.functions.keys).sorted() {
      switch (first.functions[address], second.functions[address]) {
      case (let former?, let latter?):
        differences += Self.compare(former, latter, first, second, &gaps)
      case (nil, _) where first.unidentified.contains(address),
        (_, nil) where second.unidentified.contains(address):
        continue
      case (let former, let latter):
        differences.append(
          MachineDifference(.function, of: address, from: former?.line, to: latter?.line))
      }
    }
    compareTopics(first, second)
    notCompared += gaps.sentences
    for machine in [first, second] {
      notCompared += machine.failures.map { "\(machine.name): \($0)" }
    }
  }

  private mutating func compareTopics(_ first: ComparedMachine, _ second: ComparedMachine) {
    let dumps = [first, second].filter(\.isDump)
    guard dumps.isEmpty else {
      for name in Set(dumps.map(\.name)).sorted() {
        notCompared.append("\(name) is a dump: nothing but functions and registers")
      }
      return
    }
    var unknown: [(name: String, topics: [String])] = []
    for (former, latter) in zip(first.topics, second.topics) {
      guard let values = former.values, let others = latter.values else {
        let machine = former.values == nil ? first : second
        guard former.values != latter.values else { continue }
        let topic = [former.kind.title, former.name].compactMap { $0 }.joined(separator: " ")
        if let index = unknown.firstIndex(where: { $0.name == machine.name }) {
          unknown[index].topics.append(topic)
        } else {
          unknown.append((machine.name, [topic]))
        }
        continue
      }
      differences += Self.compare(former, values, others)
    }
    notCompared += unknown.map { "\($0.name) does not have: \($0.topics.joined(separator: ", "))" }
  }

  private static func compare(
    _ topic: ComparedMachine.Topic, _ values: [String], _ others: [String]
  ) -> [MachineDifference] {
    guard values != others else { return [] }
    guard topic.isList else {
      return [
        MachineDifference(
          topic.kind, name: topic.name, from: values.first ?? "none", to: others.first ?? "none")
      ]
    }
    return values.filter { !others.contains($0) }.map {
      MachineDifference(topic.kind, name: topic.name, from: $0, to: nil)
    }
      + others.filter { !values.contains($0) }.map {
        MachineDifference(topic.kind, name: topic.name, from: nil, to: $0)
      }
  }

  private static func compare(
    _ former: ListedFunction, _ latter: ListedFunction, _ first: ComparedMachine,
    _ second: ComparedMachine, _ gaps: inout Gaps
  ) -> [MachineDifference] {
    let address = former.address
    if let answers = former.answers, let stillAnswers = latter.answers, answers != stillAnswers {
      let texts = [answers, stillAnswers].map {
        $0 ? "answers" : "does not answer: reads as all ones"
      }
      return [MachineDifference(.response, of: address, from: texts[0], to: texts[1])]
    }
    let hasBothIDs = former.isIdentified == latter.isIdentified
    if !hasBothIDs {
      gaps.note("vendor and device ID, of which one has all ones", address)
    } else if former.line != latter.line {
      return [MachineDifference(.identification, of: address, from: former.line, to: latter.line)]
    }
    var differences: [MachineDifference] = []
    if first.told.contains(address) && second.told.contains(address) {
      for (kind, value, other) in [
        (MachineDifference.Kind.driver, former.driver, latter.driver),
        (.iommuGroup, former.iommuGroup, latter.iommuGroup),
        (.numaNode, former.numaNode.map { "\($0)" }, latter.numaNode.map { "\($0)" }),
      ] where value != other {
        differences.append(
          MachineDifference(kind, of: address, from: value ?? "none", to: other ?? "none"))
      }
    }
    guard let registers = former.registers, let others = latter.registers else {
      if (former.registers == nil) != (latter.registers == nil) {
        gaps.note("registers that only one has", address)
      }
      return differences
    }
    if registers.bytes.count != others.bytes.count {
      gaps.note(
        "\(registers.bytes.count) bytes against \(others.bytes.count), compared as far as both go",
        address)
    }
    let volatile = (first.volatile[address] ?? []).union(second.volatile[address] ?? [])
    for register in volatile.sorted() {
      gaps.note("volatile, another value when read again", address, "\(register)")
    }
    let withheld = Self.withheld(registers, others)
    for part in withheld { gaps.note("\(part.name), of which one has zeros", address) }
    let names = RegisterNames(registers)
    for offset in stride(from: UInt16(hasBothIDs ? 0 : 4), to: 4096, by: 4) {
      guard let value = registers.doubleword(at: offset),
        let other = others.doubleword(at: offset)
      else { break }
      let register = Register(integerLiteral: offset)
      guard value != other, !volatile.contains(register),
        !withheld.contains(where: { $0.bytes.overlaps(Int(offset)..<Int(offset) + 4) })
      else { continue }
      differences += names.parts(of: register, with: value ^ other).map { part in
        MachineDifference(
          .register, of: address, register: part.register, name: part.name,
          from: part.text(value), to: part.text(other))
      }
    }
    return differences
  }

  /// What one has taken out of its registers, as a record that is passed on has.
  private static func withheld(
    _ registers: ConfigurationImage, _ others: ConfigurationImage
  ) -> [IdentifyingRegisters.Part] {
    let count = min(registers.bytes.count, others.bytes.count)
    return IdentifyingRegisters(registers, count: count).parts.filter { part in
      let value = registers.bytes[part.bytes]
      let other = others.bytes[part.bytes]
      return value != other && (value.allSatisfy { $0 == 0 } || other.allSatisfy { $0 == 0 })
    }
  }
}

/// What was not compared, each cause once with all functions.
private struct Gaps {
  private var causes: [(cause: String, places: [String])] = []

  mutating func note(_ cause: String, _ function: FunctionAddress, _ detail: String? = nil) {
    let place = ["\(function)", detail].compactMap { $0 }.joined(separator: " register ")
    if let index = causes.firstIndex(where: { $0.cause == cause }) {
      if !causes[index].places.contains(place) { causes[index].places.append(place) }
    } else {
      causes.append((cause, [place]))
    }
  }

  var sentences: [String] { causes.map { "\($0.cause): \($0.places.joined(separator: ", "))" } }
}

extension ListedFunction {
  /// What it is, in numbers.
  fileprivate var line: String {
    let code =
      hexadecimal(classCode.base, digits: 2) + hexadecimal(classCode.sub, digits: 2)
      + hexadecimal(classCode.interface, digits: 2)
    return "\(hexadecimal(vendorID, digits: 4)):\(hexadecimal(deviceID, digits: 4)) class \(code)"
  }
}

extension RegisterNames.Part {
  /// The value of the register in a doubleword that has it.
  fileprivate func text(_ doubleword: UInt32) -> String {
    let value = doubleword >> (UInt32(register.offset & 3) * 8)
    return width.text(value & width.allOnes)
  }
}
