import Yams

/// A node of a YAML document that is read strictly: every mistake is an error with its line.
struct YAMLValue {
  let node: Node
  let file: String
  /// What a message calls the node, such as `command`.
  let name: String

  /// Reads a document.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - file: What messages call it.
  /// - Throws: `ConfigurationError` where the text is not one YAML document.
  init(text: String, file: String) throws(ConfigurationError) {
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch let error as YamlError {
      throw ConfigurationError(file: file, error)
    } catch {
      throw ConfigurationError(file: file, line: nil, problem: "\(error)")
    }
    guard let root else {
      throw ConfigurationError(file: file, line: nil, problem: "the file is empty")
    }
    self.init(node: root, file: file, name: "the document")
  }

  private init(node: Node, file: String, name: String) {
    self.node = node
    self.file = file
    self.name = name
  }

  func error(_ problem: String) -> ConfigurationError {
    ConfigurationError(file: file, line: node.mark?.line, problem: problem)
  }

  /// The text of a scalar.
  func string() throws(ConfigurationError) -> String {
    guard case .scalar(let scalar) = node else { throw error("\(name): expected text") }
    guard !scalar.string.isEmpty else { throw error("\(name): expected text, found nothing") }
    return scalar.string
  }

  func integer() throws(ConfigurationError) -> Int32 {
    let text = try string()
    guard let value = Int32(text) else { throw error("\(name): expected a number, found \(text)") }
    return value
  }

  func boolean() throws(ConfigurationError) -> Bool {
    switch try string() {
    case "true": return true
    case "false": return false
    case let text: throw error("\(name): expected true or false, found \(text)")
    }
  }

  func sequence() throws(ConfigurationError) -> [YAMLValue] {
    guard case .sequence(let sequence) = node else { throw error("\(name): expected a list") }
    return sequence.map { YAMLValue(node: $0, file: file, name: name) }
  }

  /// The texts of a list; a list inside the list stands for its elements.
  func strings() throws(ConfigurationError) -> [String] {
    var result: [String] = []
    for value in try sequence() {
      if case .sequence = value.node {
        result += try value.strings()
      } else {
        result.append(try value.string())
      }
    }
    return result
  }

  /// The pairs of a mapping whose keys are free.
  func pairs() throws(ConfigurationError) -> [(key: YAMLValue, value: YAMLValue)] {
    guard case .mapping(let mapping) = node else { throw error("\(name): expected a mapping") }
    var result: [(key: YAMLValue, value: YAMLValue)] = []
    for (key, value) in mapping {
      let key = YAMLValue(node: key, file: file, name: "a key")
      result.append((key, YAMLValue(node: value, file: file, name: try key.string())))
    }
    return result
  }

  /// The values of a mapping whose keys are known.
  ///
  /// Of a mapping at the key `<<` those count that do not stand beside it (YAML's merge key).
  ///
  /// - Throws: `ConfigurationError` for another key.
  func mapping(keys: [String]) throws(ConfigurationError) -> YAMLMapping {
    var values: [String: YAMLValue] = [:]
    var merged: [String: YAMLValue] = [:]
    for (key, value) in try pairs() {
      let text = try key.string()
      if text == "<<" {
        merged = try value.mapping(keys: keys).values
        continue
      }
      guard keys.contains(text) else {
        throw key.error("unknown key \(text): expected \(keys.joined(separator: ", "))")
      }
      values[text] = value
    }
    return YAMLMapping(value: self, values: values.merging(merged) { own, _ in own })
  }
}

/// A mapping whose keys have been checked.
struct YAMLMapping {
  let value: YAMLValue
  fileprivate let values: [String: YAMLValue]

  fileprivate init(value: YAMLValue, values: [String: YAMLValue]) {
    self.value = value
    self.values = values
  }

  subscript(key: String) -> YAMLValue? { values[key] }

  func required(_ key: String) throws(ConfigurationError) -> YAMLValue {
    guard let value = values[key] else { throw value.error("the key \(key) is missing") }
    return value
  }
}

extension ConfigurationError {
  fileprivate init(file: String, _ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, problem: "not YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      self.init(
        file: file, line: context.mark.line,
        problem: "the key \(duplicates.joined(separator: ", ")) appears more than once")
    default: self.init(file: file, line: nil, problem: "not YAML: \(error)")
    }
  }
}
