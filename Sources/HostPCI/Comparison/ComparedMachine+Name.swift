import Glibc
import LinuxHost
import PCIConfig

extension ComparedMachine {
  /// Looks at the machine that a name stands for.
  ///
  /// - Parameter name: The directory of a record, a file with a dump, `-` for one on standard input, or
  ///   `live` for this machine.
  /// - Throws: ``ComparedMachineUnavailable``.
  public init(named name: String) throws(ComparedMachineUnavailable) {
    let (host, dump) = try Self.host(name)
    do {
      self = try ComparedMachine(host, name: name)
    } catch {
      throw .noFunctions(error)
    }
    failures += host.damagedAnswers
    guard let dump else { return }
    failures += dump.omissions
    unidentified.formUnion(dump.functionsWithoutRegisters)
  }

  /// The machine, and the dump that it has been made of.
  private static func host(
    _ name: String
  ) throws(ComparedMachineUnavailable) -> (host: Host, dump: ConfigurationDump?) {
    guard name != "live" else { return (.live, nil) }
    var status = stat()
    guard name == "-" || stat(name, &status) == 0 || errno != ENOENT else { throw .absent(name) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      do {
        let dump = try ConfigurationDump(file: name)
        return (Host(dump, path: name), dump)
      } catch {
        throw .noDump(error)
      }
    }
    do {
      return (try Host(record: name), nil)
    } catch {
      throw .noRecord(error)
    }
  }
}

/// Why there is nothing to compare.
public enum ComparedMachineUnavailable: Error, Equatable, Sendable {
  /// There is no such file.
  case absent(String)
  /// The file has no dump.
  case noDump(ConfigurationDumpUnavailable)
  /// The directory is no record.
  case noRecord(RecordUnavailable)
  /// Nothing tells of the machine's functions.
  case noFunctions(InventoryUnavailable)
}

extension ComparedMachineUnavailable: CustomStringConvertible {
  /// What was named and what was expected, in one line.
  public var description: String {
    switch self {
    case .absent(let name):
      "\(quoted(name)): there is no such file: expected a record's directory, a file with what "
        + "'lspci -x' prints, or live"
    case .noDump(let error): "\(error)"
    case .noRecord(let error): "\(error)"
    case .noFunctions(let error): "\(error)"
    }
  }
}
