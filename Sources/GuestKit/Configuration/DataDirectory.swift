import Foundation

/// The folder with the images, `hypervisors.yml` and `deviations.yml`.
public struct DataDirectory: Equatable, Sendable {
  /// Why the data cannot be used.
  public enum Failure: Error, Equatable, Sendable {
    /// None of these folders has data.
    case missing(searched: [String])
    /// A file is not there or cannot be read.
    case unreadable(file: String, reason: String)
    /// The folder has no image.
    case noImages(String)
    /// An image has no check.
    case noChecks(image: String)
  }

  /// The folder's path.
  public let path: String

  /// Creates a folder that is known to be there.
  public init(path: String) { self.path = path }

  /// The file that describes the hypervisors.
  public var hypervisors: String { path + "/hypervisors.yml" }
  /// The file with the known deviations.
  public var deviations: String { path + "/deviations.yml" }

  /// Finds the data: the given folder, else `../share/pcicfg` beside the program, else the build
  /// folder's.
  ///
  /// - Parameters:
  ///   - given: The folder that was asked for; no other is tried then.
  ///   - program: The path of the running program.
  /// - Throws: `Failure.missing`.
  public static func find(
    given: String?, program: String = Programs.current
  ) throws(Failure) -> DataDirectory {
    let folder = Programs.folder(of: program)
    let candidates =
      given.map { [$0] } ?? [
        "\(Programs.folder(of: folder))/share/pcicfg", "\(folder)/pcicfg_GuestROMs.resources",
      ]
    for path in candidates where FileManager.default.fileExists(atPath: path) {
      return DataDirectory(path: path)
    }
    throw .missing(searched: candidates)
  }

  /// Reads every image, in the order of their names.
  ///
  /// - Throws: `Failure`.
  public func images() throws(Failure) -> [GuestImage] {
    let roms = path + "/roms"
    let folder = FileManager.default.fileExists(atPath: roms) ? roms : path
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw .unreadable(file: folder, reason: SystemReason.text(error))
    }
    let suffix = ".rom"
    var images: [GuestImage] = []
    for name in names.sorted() where name.hasSuffix(suffix) && name.count > suffix.count {
      let suite = String(name.dropLast(suffix.count))
      let lines = "\(folder)/\(suite).lines"
      let image = GuestImage(
        suite: suite, bytes: try FileContents.bytes(of: "\(folder)/\(name)"),
        lines: FileManager.default.fileExists(atPath: lines)
          ? SourceLines(text: try FileContents.bytes(of: lines)) : SourceLines())
      guard !image.checks.isEmpty else { throw .noChecks(image: "\(folder)/\(name)") }
      images.append(image)
    }
    guard !images.isEmpty else { throw .noImages(folder) }
    return images
  }

  /// Reads a text file.
  ///
  /// - Throws: `Failure.unreadable`.
  public static func text(of file: String) throws(Failure) -> String {
    String(decoding: try FileContents.bytes(of: file), as: UTF8.self)
  }
}

extension DataDirectory.Failure: CustomStringConvertible {
  /// What is missing and what would help, in one line.
  public var description: String {
    switch self {
    case .missing(let searched):
      "no guest images: there is no \(searched.joined(separator: " and no ")); "
        + "install them or name their folder with --data"
    case .unreadable(let file, let reason): "\(file): \(reason)"
    case .noImages(let folder): "\(folder): there is no guest image (*.rom) in this folder"
    case .noChecks(let image): "\(image): no string in it names a check SUITE.SUBJECT.ASPECT"
    }
  }
}
