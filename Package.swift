// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For modules that are compiled a second time, as Embedded Swift, into the ROMs.
let embedded: [SwiftSetting] = strict + [.treatWarning("EmbeddedRestrictions", as: .error)]

let package = Package(
  name: "pcicfg",
  products: [
    .library(name: "PCIConfig", targets: ["PCIConfig"]),
    .library(name: "KVM", targets: ["KVM"]),
    .executable(name: "vmm", targets: ["vmm"]),
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
    .systemLibrary(name: "CX86"),
    .systemLibrary(name: "CLinux"),
    .target(name: "KVM", dependencies: ["CLinux"], swiftSettings: strict),
    .target(
      name: "VirtualMachine", dependencies: ["CLinux", "GuestProtocol", "KVM", "PCIConfig"],
      swiftSettings: strict),
    .executableTarget(
      name: "vmm",
      dependencies: [
        "PCIConfig", "VirtualMachine",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .plugin(name: "BuildGuestROMs", capability: .buildTool(), path: "Plugins/GuestROMs"),
    .target(
      name: "GuestROMs", path: "guest", sources: ["GuestROMs.swift"],
      resources: [.copy("hypervisors.yml"), .copy("deviations.yml")], swiftSettings: strict,
      plugins: ["BuildGuestROMs"]),
    .testTarget(name: "PCIConfigTests", dependencies: ["PCIConfig"], swiftSettings: strict),
    .testTarget(name: "KVMTests", dependencies: ["CLinux", "KVM"], swiftSettings: strict),
    .testTarget(
      name: "VirtualMachineTests",
      dependencies: ["GuestProtocol", "KVM", "PCIConfig", "VirtualMachine"], swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "PCIConfig", "vmm", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
    .testTarget(name: "GuestProtocolTests", dependencies: ["GuestProtocol"], swiftSettings: strict),
  ]
)
