import GuestProtocol
import PCIConfig
import Spelling

/// What `hypervisors.yml` says.
public struct HypervisorFile: Equatable, Sendable {
  /// The hypervisors, in the file's order.
  public var hypervisors: [HypervisorConfiguration]
  /// The suites that run only where they are named.
  public var suitesOnRequest: Set<String>

  /// Creates a description.
  public init(hypervisors: [HypervisorConfiguration], suitesOnRequest: Set<String> = []) {
    self.hypervisors = hypervisors
    self.suitesOnRequest = suitesOnRequest
  }

  /// Reads the file's text.
  ///
  /// - Parameters:
  ///   - text: YAML; the format is documented in the header of `hypervisors.yml`.
  ///   - file: What messages call the file.
  ///   - suites: The names of all suites, or `nil` where the file may speak of others.
  ///   - usual: The file in whose place this one is read. What it says of suites holds unless this
  ///     file says otherwise, and what no hypervisor of it provides, no check requires.
  /// - Throws: `ConfigurationError` for anything that the format does not know.
  public init(
    text: String, file: String, suites: [String]? = nil, inPlaceOf usual: HypervisorFile? = nil
  ) throws(ConfigurationError) {
    let requirements = usual.map { Set($0.hypervisors.flatMap(\.provides)).sorted() }
    let root = try YAMLValue(text: text, file: file).mapping(keys: ["hypervisors", "suites"])
    hypervisors = []
    for value in try root.required("hypervisors").sequence() {
      let hypervisor = try HypervisorConfiguration(value, requirements: requirements)
      guard !hypervisors.contains(where: { $0.name == hypervisor.name }) else {
        throw value.error("a second hypervisor named \(hypervisor.name)")
      }
      hypervisors.append(hypervisor)
    }
    guard !hypervisors.isEmpty else {
      throw try root.required("hypervisors").error("hypervisors: expected at least one")
    }
    suitesOnRequest = usual?.suitesOnRequest ?? []
    for (key, value) in try root["suites"]?.pairs() ?? [] {
      let suite = try key.string()
      if let suites {
        try key.require(suite, among: suites, "suites \(suite): there is no such suite")
      }
      let settings = try value.mapping(keys: ["default"])
      if try settings.required("default").boolean() {
        suitesOnRequest.remove(suite)
      } else {
        suitesOnRequest.insert(suite)
      }
    }
  }
}

extension HypervisorConfiguration {
  private static let keys = [
    "name", "description", "product", "command", "environment", "needs", "install", "provides",
    "statuses", "fatal-output", "version", "tells",
  ]

  /// - Parameter requirements: What checks may require, or `nil` where that is not known.
  fileprivate init(_ value: YAMLValue, requirements: [String]?) throws(ConfigurationError) {
    let values = try value.mapping(keys: Self.keys)
    let name = try values.required("name")
    self.init(name: try name.string(), command: try Self.command(values.required("command")))
    guard Self.isName(self.name) else {
      throw name.error("name \(self.name): expected lower-case letters, digits and hyphens")
    }
    guard command.contains(where: { $0.contains(Self.imagePlaceholder) }) else {
      throw try values.required("command").error(
        "command: no word has \(Self.imagePlaceholder), so it would not run an image")
    }
    description = try values.required("description").string()
    product = try values.required("product").string()
    for (key, value) in try values["environment"]?.pairs() ?? [] {
      let name = try key.string()
      let text = try value.string()
      guard !name.utf8.contains(where: { $0 == UInt8(ascii: "=") || $0 == 0 }) else {
        throw key.error("environment \(name.debugDescription): expected a name without = and NUL")
      }
      guard !text.utf8.contains(0) else {
        throw value.error("environment \(name): expected a value without NUL")
      }
      environment[name] = text
    }
    for value in try values["needs"]?.sequence() ?? [] {
      needs.append(try value.word(of: Need.self))
    }
    install = try values["install"]?.string()
    if let list = values["provides"] {
      provides = try list.strings()
      for capability in provides {
        guard Self.isName(capability) else {
          throw list.error(
            "provides \(capability): expected lower-case letters, digits and hyphens")
        }
        guard let requirements else { continue }
        try list.require(
          capability, among: requirements, "provides \(capability): no check requires that")
      }
    }
    for (key, value) in try values.required("statuses").pairs() {
      let status = try key.integer()
      guard (0...255).contains(status) else {
        throw key.error("status \(status): expected 0 to 255")
      }
      statuses[status] = try value.word(of: StatusMeaning.self)
    }
    for value in try values["fatal-output"]?.sequence() ?? [] {
      fatalOutput.append(try value.regularExpression())
    }
    if let version = values["version"] { self.version = try VersionCommand(version) }
    if let tells = values["tells"] { self.tells = try Parameters(tells) }
  }

  fileprivate static func command(_ value: YAMLValue) throws(ConfigurationError) -> [String] {
    let words = try value.strings()
    guard !words.isEmpty else { throw value.error("\(value.name): expected at least one word") }
    return words
  }

  private static func isName(_ text: String) -> Bool {
    text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

extension HypervisorConfiguration.VersionCommand {
  fileprivate init(_ value: YAMLValue) throws(ConfigurationError) {
    let values = try value.mapping(keys: ["command", "pattern"])
    self.init(
      command: try HypervisorConfiguration.command(values.required("command")),
      pattern: try values.required("pattern").regularExpression())
  }
}

extension Parameters {
  private static let names = ["ecam", "hypervisor", "iterations", "tsc"]

  /// Each key is a name of the parameters' text form, its value one value or a list of them.
  fileprivate init(_ value: YAMLValue) throws(ConfigurationError) {
    let values = try value.mapping(keys: Self.names)
    self.init()
    for name in Self.names {
      guard let value = values[name] else { continue }
      let texts: [String]
      if case .sequence = value.node {
        texts = try value.strings()
      } else {
        texts = [try value.string()]
      }
      for text in texts {
        let line = Parameters(text: Array("\(name)=\(text)\n".utf8))
        guard line != Parameters(), line.ecam.allSatisfy({ $0.firstBus <= $0.lastBus }) else {
          throw value.error("\(name): guests do not understand \(text)")
        }
        if name == "hypervisor" {
          try value.require(
            text, among: Hypervisor.allCases.map { "\($0.name)" },
            "hypervisor \(text): no such name")
        }
        ecam += line.ecam
        if !line.hypervisor.isEmpty { hypervisor = line.hypervisor }
        iterations = line.iterations ?? iterations
        timeStampFrequency = line.timeStampFrequency ?? timeStampFrequency
      }
    }
  }
}

extension YAMLValue {
  /// Checks that a word is known, or suggests those that are near.
  fileprivate func require(
    _ word: String, among known: [String], _ problem: String
  ) throws(ConfigurationError) {
    guard !known.contains(word) else { return }
    let question = Spelling.question(Spelling.near(word, among: known))
    throw error(problem + (question.map { ": \($0)" } ?? ""))
  }

  fileprivate func word<Word: RawRepresentable<String> & CaseIterable>(
    of type: Word.Type
  ) throws(ConfigurationError) -> Word {
    let text = try string()
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw error("\(name): unknown word \(text): expected \(known)")
    }
    return word
  }

  fileprivate func regularExpression() throws(ConfigurationError) -> String {
    let text = try string()
    do {
      _ = try Regex(text)
    } catch {
      throw self.error("\(name): \(text) is not a regular expression")
    }
    return text
  }
}
