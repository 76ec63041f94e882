import CIndexStore

/// The compiler's index of a build: which declarations every source file contains and uses.
struct IndexStore {
  private let functions: indexstore_functions_t
  private let store: UnsafeMutableRawPointer

  /// An index that cannot be read.
  enum Failure: Error, CustomStringConvertible {
    case library(String)
    case store(path: String, reason: String)
    case record(name: String, reason: String)

    var description: String {
      switch self {
      case .library(let reason): "cannot load libIndexStore: \(reason)"
      case .store(let path, let reason): "\(path): cannot open the index: \(reason)"
      case .record(let name, let reason): "index record \(name): \(reason)"
      }
    }
  }

  /// A source file as it was compiled last.
  struct Unit {
    let file: String
    let module: String
    fileprivate let record: String
    fileprivate let time: (seconds: Int64, nanoseconds: Int64)
  }

  /// A declaration or a use of one.
  struct Occurrence {
    /// The declaration's unique name (USR).
    let symbol: String
    let name: String
    let line: Int
    let isDeclaration: Bool
  }

  /// Opens an index.
  ///
  /// - Parameters:
  ///   - path: The directory that the compiler wrote (`-index-store-path`).
  ///   - library: The path of the toolchain's `libIndexStore.so`.
  init(path: String, library: String) throws(Failure) {
    var functions = indexstore_functions_t()
    if let reason = indexstore_load(library, &functions) {
      throw .library(String(cString: reason))
    }
    var error: UnsafeMutableRawPointer?
    guard let store = functions.store_create(path, &error) else {
      throw .store(path: path, reason: Self.reason(error, functions))
    }
    self.functions = functions
    self.store = store
  }

  private static func reason(
    _ error: UnsafeMutableRawPointer?, _ functions: indexstore_functions_t
  ) -> String {
    guard let error, let text = functions.error_get_description(error) else {
      return "no reason given"
    }
    return String(cString: text)
  }

  /// Returns the newest unit of each source file, keyed by the file's absolute path.
  func units() -> [String: Unit] {
    let context = Context(functions)
    withExtendedLifetime(context) {
      _ = functions.store_units_apply_f(store, 0, context.pointer) { context, name in
        Context.at(context).strings.append(Context.text(name))
        return true
      }
    }
    var units: [String: Unit] = [:]
    for name in context.strings {
      guard let unit = unit(named: name) else { continue }
      if let other = units[unit.file], other.time > unit.time { continue }
      units[unit.file] = unit
    }
    return units
  }

  /// A unit of a source file of ours; `nil` for those of the system's modules.
  private func unit(named name: String) -> Unit? {
    guard let reader = functions.unit_reader_create(store, name, nil) else { return nil }
    defer { functions.unit_reader_dispose(reader) }
    if functions.unit_reader_is_system_unit(reader) { return nil }
    let context = Context(functions)
    withExtendedLifetime(context) {
      _ = functions.unit_reader_dependencies_apply_f(reader, context.pointer) { context, item in
        let context = Context.at(context)
        if context.functions.unit_dependency_get_kind(item)
          == UInt32(INDEXSTORE_DEPENDENCY_RECORD)
        {
          context.strings.append(Context.text(context.functions.unit_dependency_get_name(item)))
        }
        return true
      }
    }
    guard let record = context.strings.first else { return nil }
    var time: (seconds: Int64, nanoseconds: Int64) = (0, 0)
    functions.unit_reader_get_modification_time(reader, &time.seconds, &time.nanoseconds)
    return Unit(
      file: Context.text(functions.unit_reader_get_main_file(reader)),
      module: Context.text(functions.unit_reader_get_module_name(reader)), record: record,
      time: time)
  }

  /// Returns what a source file declares and uses.
  func occurrences(in unit: Unit) throws(Failure) -> [Occurrence] {
    var error: UnsafeMutableRawPointer?
    guard let reader = functions.record_reader_create(store, unit.record, &error) else {
      throw .record(name: unit.record, reason: Self.reason(error, functions))
    }
    defer { functions.record_reader_dispose(reader) }
    let context = Context(functions)
    withExtendedLifetime(context) {
      _ = functions.record_reader_occurrences_apply_f(reader, context.pointer) { context, item in
        let context = Context.at(context)
        let functions = context.functions
        let symbol = functions.occurrence_get_symbol(item)
        var line: UInt32 = 0
        var column: UInt32 = 0
        functions.occurrence_get_line_col(item, &line, &column)
        let roles = functions.occurrence_get_roles(item)
        // A property's use is listed twice, also as one of its getter or setter.
        let name = Context.text(functions.symbol_get_name(symbol))
        if name.hasPrefix("getter:") || name.hasPrefix("setter:") { return true }
        let declares = UInt64(INDEXSTORE_ROLE_DECLARATION | INDEXSTORE_ROLE_DEFINITION)
        context.occurrences.append(
          Occurrence(
            symbol: Context.text(functions.symbol_get_usr(symbol)),
            name: name, line: Int(line), isDeclaration: roles & declares != 0))
        return true
      }
    }
    return context.occurrences
  }

  /// What a callback of the library needs and collects.
  private final class Context {
    let functions: indexstore_functions_t
    var strings: [String] = []
    var occurrences: [Occurrence] = []

    init(_ functions: indexstore_functions_t) { self.functions = functions }

    var pointer: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

    static func at(_ pointer: UnsafeMutableRawPointer?) -> Context {
      guard let pointer else { preconditionFailure("a callback without its context") }
      return Unmanaged<Context>.fromOpaque(pointer).takeUnretainedValue()
    }

    static func text(_ reference: indexstore_string_ref_t) -> String {
      String(
        decoding: UnsafeRawBufferPointer(start: reference.data, count: reference.length),
        as: UTF8.self)
    }
  }
}
