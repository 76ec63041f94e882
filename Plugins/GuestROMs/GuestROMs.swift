import Foundation
import PackagePlugin

/// Has `guest/Makefile` build the image of every file in `guest/suites`, and the combined images for
/// the test of their independence.
@main
struct GuestROMs: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let package = context.package.directoryURL
    let guest = package.appending(path: "guest")
    let output = context.pluginWorkDirectoryURL
    let suites = try files(in: guest.appending(path: "suites"), ["swift"])
    let sources = try [
      files(in: package.appending(path: "Sources/PCIConfig"), ["swift"]),
      files(in: package.appending(path: "Sources/GuestProtocol"), ["swift"]),
      files(in: package.appending(path: "Sources/CX86"), ["h", "modulemap"]),
      files(in: guest.appending(path: "Runtime"), ["swift", "h", "modulemap"]),
      files(in: guest.appending(path: "boot"), ["asm", "inc", "ld", "sh"]),
      [guest.appending(path: "Makefile")],
    ].joined()
    let toolchain = try context.tool(named: "swiftc").url.deletingLastPathComponent()
    return [
      .buildCommand(
        displayName: "Making the images of \(suites.count) guest suites",
        executable: URL(filePath: "/usr/bin/make"),
        arguments: [
          "-s", "-j2", "-C", guest.path, "OUT=" + output.path, "TOOLCHAIN=" + toolchain.path,
        ],
        inputFiles: suites + sources,
        outputFiles: suites.flatMap { suite in
          let name = suite.deletingPathExtension().lastPathComponent
          return ["rom", "elf", "lines"].map { output.appending(path: "\(name).\($0)") }
        }
          + ["in-order", "reversed"].map { output.appending(path: "\($0).combined") })
    ]
  }

  private func files(in directory: URL, _ extensions: Set<String>) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: directory.path)
      .map { directory.appending(path: $0) }
      .filter { extensions.contains($0.pathExtension) }
      .sorted { $0.path < $1.path }
  }
}
