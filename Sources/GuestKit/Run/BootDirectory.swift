import Foundation

/// The folder that holds the image of a boot while it runs, and keeps its traces where asked to.
struct BootDirectory: Sendable {
  /// The folder's absolute path.
  let path: String
  private let isKept: Bool

  /// Makes a folder that is removed in the end.
  static func temporary() throws(RunFailure) -> BootDirectory {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(
      "guestctl-\(UUID().uuidString)"
    ).path
    return try BootDirectory(path: path, isKept: false)
  }

  /// Makes a folder that stays; what an earlier run left there is replaced.
  static func kept(_ path: String) throws(RunFailure) -> BootDirectory {
    try BootDirectory(path: URL(fileURLWithPath: path).path, isKept: true)
  }

  private init(path: String, isKept: Bool) throws(RunFailure) {
    self.path = path
    self.isKept = isKept
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: isKept)
    } catch {
      throw .cannotWrite(path, SystemReason.text(error))
    }
  }

  /// Removes what an earlier run kept of its further boots, so that nobody takes it for this one's.
  static func forgetBoots(after first: String) {
    var number = 2
    while FileManager.default.fileExists(atPath: "\(first).\(number)/\(image)") {
      for name in [image, command, serial, errorOutput] {
        try? FileManager.default.removeItem(atPath: "\(first).\(number)/\(name)")
      }
      // Only where nothing else is in it.
      rmdir("\(first).\(number)")
      number += 1
    }
  }

  private static let image = "image.rom"
  private static let command = "command"
  private static let serial = "serial"
  private static let errorOutput = "stderr"

  /// The file for what the guest writes to its serial port.
  var serial: String { "\(path)/\(Self.serial)" }

  /// Writes the image and gives its path.
  func write(image: [UInt8]) throws(RunFailure) -> String {
    try write(image, to: Self.image)
  }

  /// Keeps the traces of a boot.
  func keep(command: [String], errorOutput: [UInt8]) throws(RunFailure) {
    guard isKept else { return }
    _ = try write(Array((ShellWords.text(command) + "\n").utf8), to: Self.command)
    _ = try write(errorOutput, to: Self.errorOutput)
  }

  /// Removes the folder, unless it is kept.
  func discard() {
    if !isKept { try? FileManager.default.removeItem(atPath: path) }
  }

  private func write(_ bytes: [UInt8], to name: String) throws(RunFailure) -> String {
    let file = "\(path)/\(name)"
    try Output.write(bytes, toFile: file)
    return file
  }
}
