// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For modules that are compiled a second time, as Embedded Swift, into the ROMs.
let embedded: [SwiftSetting] = strict + [.treatWarning("EmbeddedRestrictions", as: .error)]

let argumentParser: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")

let package = Package(
  name: "pcicfg",
  products: [
    .executable(name: "pcicfg", targets: ["pcicfg"]),
    .executable(name: "guestctl", targets: ["guestctl"]),
    .executable(name: "vmm", targets: ["vmm"]),
    .library(name: "PCIConfig", targets: ["PCIConfig"]),
    .library(name: "HostPCI", targets: ["HostPCI"]),
    .library(name: "KVM", targets: ["KVM"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    .package(url: "https://github.com/ordo-one/TextTable", exact: "0.0.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .target(name: "PCIConfig", swiftSettings: embedded),
    .target(name: "GuestProtocol", swiftSettings: embedded),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CX86"),
    .target(name: "KVM", dependencies: ["CLinux"], swiftSettings: strict),
    .target(
      name: "VirtualMachine", dependencies: ["CLinux", "GuestProtocol", "KVM", "PCIConfig"],
      swiftSettings: strict),
    .target(
      name: "LinuxHost", dependencies: ["CLinux", "CX86", "PCIConfig"], swiftSettings: strict),
    .target(name: "HostPCI", dependencies: ["LinuxHost", "PCIConfig"], swiftSettings: strict),
    .target(
      name: "HostReports", dependencies: ["HostPCI", "LinuxHost", "PCIConfig"],
      swiftSettings: strict),
    .target(
      name: "GuestKit",
      dependencies: [
        "GuestProtocol", "GuestROMs", "PCIConfig", "Spelling", "TextTable", "Yams", subprocess,
      ],
      swiftSettings: strict),

    .target(name: "Spelling", swiftSettings: strict),
    .target(
      name: "ToolSupport", dependencies: ["Spelling", argumentParser], swiftSettings: strict),
    .plugin(name: "BuildGuestROMs", capability: .buildTool(), path: "Plugins/GuestROMs"),
    .target(
      name: "GuestROMs", path: "guest", sources: ["GuestROMs.swift"],
      resources: [.copy("hypervisors.yml"), .copy("signatures.yml"), .copy("deviations.yml")],
      swiftSettings: strict,
      plugins: ["BuildGuestROMs"]),

    .executableTarget(
      name: "pcicfg",
      dependencies: [
        "HostPCI", "HostReports", "LinuxHost", "PCIConfig", "Spelling", "ToolSupport",
        argumentParser,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "guestctl", dependencies: ["GuestKit", "PCIConfig", "ToolSupport", argumentParser],
      swiftSettings: strict),
    .executableTarget(
      name: "vmm",
      dependencies: [
        "GuestProtocol", "KVM", "PCIConfig", "Spelling", "ToolSupport", "VirtualMachine",
        argumentParser,
      ],
      swiftSettings: strict),

    .executableTarget(
      name: "exitcost", dependencies: ["CLinux", "KVM", "VirtualMachine"],
      path: "Benchmarks/exitcost", swiftSettings: strict),
    .systemLibrary(name: "CIndexStore", path: "scripts/CIndexStore"),
    .executableTarget(
      name: "folder-circles", dependencies: ["CIndexStore"], path: "scripts/folder-circles",
      swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["PCIConfig"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .testTarget(
      name: "PCIConfigTests", dependencies: ["PCIConfig", "TestSupport"], swiftSettings: strict),
    .testTarget(name: "GuestProtocolTests", dependencies: ["GuestProtocol"], swiftSettings: strict),
    .testTarget(
      name: "KVMTests", dependencies: ["CLinux", "KVM", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "VirtualMachineTests",
      dependencies: ["GuestProtocol", "KVM", "PCIConfig", "TestSupport", "VirtualMachine"],
      swiftSettings: strict),
    .testTarget(
      name: "HostPCITests",
      dependencies: ["HostPCI", "HostReports", "LinuxHost", "PCIConfig", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "GuestKitTests", dependencies: ["GuestKit", "GuestProtocol", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "GuestProtocol", "PCIConfig", "TestSupport", "folder-circles", "guestctl", "pcicfg", "vmm",
        subprocess,
      ],
      swiftSettings: strict),
  ]
)
