// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// For modules that are compiled a second time, as Embedded Swift, into the ROMs.
let embedded: [SwiftSetting] = strict + [.treatWarning("EmbeddedRestrictions", as: .error)]

let package = Package(
  name: "pcicfg",
  products: [
    .library(name: "PCIConfig", targets: ["PCIConfig"]),
    .executable(name: "pcicfg", targets: ["pcicfg"]),
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
    .target(
      name: "HostPCI", dependencies: ["CLinux", "CX86", "PCIConfig"], swiftSettings: strict),
    .executableTarget(
      name: "pcicfg",
      dependencies: [
        "HostPCI", "PCIConfig",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(name: "PCIConfigTests", dependencies: ["PCIConfig"], swiftSettings: strict),
    .testTarget(name: "GuestProtocolTests", dependencies: ["GuestProtocol"], swiftSettings: strict),
    .testTarget(name: "HostPCITests", dependencies: ["HostPCI", "PCIConfig"], swiftSettings: strict),
    .testTarget(
      name: "CommandLineTests",
      dependencies: [
        "PCIConfig", .product(name: "Subprocess", package: "swift-subprocess"),
      ],
      swiftSettings: strict),
  ]
)
