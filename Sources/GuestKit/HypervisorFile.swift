import GuestProtocol

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
  /// - Throws: `ConfigurationError` for anything that the format does not know.
  public init(text: String, file: String) throws(ConfigurationError) {
    let root = try YAMLValue(text: text, file: file).mapping(keys: ["hypervisors", "suites"])
    hypervisors = []
    for value in try root.required("hypervisors").sequence() {
      let hypervisor = try HypervisorConfiguration(value)
      guard !hypervisors.contains(where: { $0.name == hypervisor.name }) else {
        throw value.error("a second hypervisor named \(hypervisor.name)")
      }
      hypervisors.append(hypervisor)
    }
    suitesOnRequest = []
    for (key, value) in try root["suites"]?.pairs() ?? [] {
      let settings = try value.mapping(keys: ["default"])
      if try !settings.required("default").boolean() { suitesOnRequest.insert(try key.string()) }
    }
  }
}

extension HypervisorConfiguration {
  private static let keys = [
    "name", "description", "product", "command", "environment", "needs", "install", "provides",
    "statuses", "fatal-output", "version", "tells",
  ]

  fileprivate init(_ value: YAMLValue) throws(ConfigurationError) {
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
    for capability in try values["provides"]?.strings() ?? [] {
      guard Self.isName(capability) else {
        throw value.error("provides \(capability): expected lower-case letters, digits and hyphens")
      }
      provides.append(capability)
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
        guard line != Parameters() else {
          throw value.error("\(name): guests do not understand \(text)")
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
