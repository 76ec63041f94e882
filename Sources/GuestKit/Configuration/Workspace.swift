import GuestProtocol

/// The images, the hypervisors and the deviations of a run.
public struct Workspace: Sendable {
  /// The images, in the order of their names.
  public let images: [GuestImage]
  /// The hypervisors and what else their file says.
  public let hypervisorFile: HypervisorFile
  /// The known deviations.
  public let deviations: [Deviation]

  /// Which files were asked for in place of the usual ones.
  public struct Files: Equatable, Sendable {
    /// The folder with the images.
    public var data: String?
    /// The file with the hypervisors.
    public var hypervisors: String?
    /// The file with the deviations.
    public var deviations: String?

    /// Creates a choice.
    public init(data: String? = nil, hypervisors: String? = nil, deviations: String? = nil) {
      self.data = data
      self.hypervisors = hypervisors
      self.deviations = deviations
    }

    /// The options that make this choice again.
    public var options: [String] {
      [("--data", data), ("--hypervisors", hypervisors), ("--deviations", deviations)]
        .flatMap { name, value in value.map { [name, $0] } ?? [] }
    }
  }

  /// Why a workspace cannot be read.
  public enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The data cannot be found or read.
    case data(DataDirectory.Failure)
    /// A file is wrong.
    case configuration(ConfigurationError)

    /// What is wrong, in one line.
    public var description: String {
      switch self {
      case .data(let failure): failure.description
      case .configuration(let error): error.description
      }
    }
  }

  /// Reads everything.
  ///
  /// - Throws: `Failure`.
  public init(_ files: Files) throws(Failure) {
    do {
      let directory = try DataDirectory.find(given: files.data)
      images = try directory.images()
      let deviations = files.deviations ?? directory.deviations
      let usualText = try DataDirectory.text(of: directory.hypervisors)
      let ownText = try files.hypervisors.map { file throws(DataDirectory.Failure) in
        (file: file, contents: try DataDirectory.text(of: file))
      }
      let deviationText = try DataDirectory.text(of: deviations)
      do {
        let suites = images.map(\.suite)
        let usual = try HypervisorFile(
          text: usualText, file: directory.hypervisors, suites: suites)
        hypervisorFile =
          try ownText.map { text throws(ConfigurationError) in
            try HypervisorFile(
              text: text.contents, file: text.file, suites: suites, inPlaceOf: usual)
          } ?? usual
        // The usual deviations need not speak of hypervisors in a file of one's own, and one's own
        // deviations may be the usual ones with more behind them.
        let isOwnFile = files.hypervisors != nil && files.deviations == nil
        let known = (hypervisorFile.hypervisors + usual.hypervisors).map(\.name)
        self.deviations = try DeviationFile(
          text: deviationText, file: deviations, checks: images.flatMap(\.checks),
          hypervisors: isOwnFile ? nil : known
        ).deviations
      } catch {
        throw Failure.configuration(error)
      }
    } catch let failure as Failure {
      throw failure
    } catch let failure as DataDirectory.Failure {
      throw .data(failure)
    } catch {
      preconditionFailure("another error than those that are thrown above: \(error)")
    }
  }
}
