// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The C modules and Glibc include the same system headers, so a struct's members may be found in any of them, which differs
// between debug and release builds: there the importing module cannot be named.
let besideC: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A program that shows what the library is for. Tests/Examples runs it.
func example(_ name: String) -> Target {
    .executableTarget(
        name: name, dependencies: ["Engine", "HTTPStack"], path: "Examples/\(name)", swiftSettings: strict)
}

let package = Package(
    name: "proxyd",
    products: [
        .library(name: "HTTPStack", targets: ["HTTPStack"]),
        // Conversions to and from swift-http-types, apart so that HTTPStack depends on no package.
        .library(name: "HTTPStackTypes", targets: ["HTTPStackTypes"]),
        // Their types are part of HTTPStack's interface.
        .library(name: "Engine", targets: ["Engine"]),
        .library(name: "HTTPWire", targets: ["HTTPWire"]),
        .library(name: "Pool", targets: ["Pool"]),
        .library(name: "Tunnel", targets: ["Tunnel"]),
        // For the fuzz targets, which drive the real relay.
        .library(name: "ProxyApp", targets: ["ProxyApp"]),
        .executable(name: "proxyd", targets: ["proxyd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .target(name: "CLinux"),
        .systemLibrary(name: "CAres", pkgConfig: "libcares", providers: [.apt(["libc-ares-dev"])]),
        .systemLibrary(name: "CCrypt", pkgConfig: "libcrypt", providers: [.apt(["libcrypt-dev"])]),
        .target(name: "HTTPWire", swiftSettings: strict),
        .target(name: "Pool", swiftSettings: strict),
        .target(name: "Policy", dependencies: ["HTTPWire"], swiftSettings: strict),
        .target(name: "Engine", dependencies: ["CLinux", "CAres"], swiftSettings: besideC),
        .target(name: "Tunnel", dependencies: ["Engine"], swiftSettings: strict),
        .target(name: "HTTPStack", dependencies: ["Engine", "HTTPWire", "Pool"], swiftSettings: strict),
        .target(
            name: "HTTPStackTypes",
            dependencies: ["HTTPStack", "HTTPWire", .product(name: "HTTPTypes", package: "swift-http-types")],
            swiftSettings: strict),
        .target(
            name: "ProxyApp",
            dependencies: [
                "CCrypt", "Engine", "HTTPStack", "HTTPWire", "Policy", "Pool", "Tunnel",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "proxyd",
            dependencies: ["ProxyApp", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
        example("HelloServer"),
        example("UploadEcho"),
        example("AgentClient"),
        example("TunnellingProxy"),
        example("UpgradeServer"),
        example("Chat"),
        example("AsyncServer"),
        .executableTarget(
            name: "InteropPeer", dependencies: ["Engine", "HTTPStack"], path: "Tests/Interop/Peer",
            swiftSettings: strict),
        // Parts of the data path by themselves, for Benchmarks/micro/run to count. Not a product: `dev/build` leaves it out.
        .executableTarget(
            name: "micro",
            dependencies: ["Engine", "HTTPStack", "HTTPWire", "Policy", "Pool", "ProxyApp"],
            path: "Benchmarks/micro/Sources", swiftSettings: strict),
        // What the tests of several targets play their peers with.
        .target(name: "TestSupport", dependencies: ["Engine"], path: "Tests/TestSupport", swiftSettings: besideC),
        .testTarget(name: "HTTPWireTests", dependencies: ["HTTPWire"], swiftSettings: strict),
        .testTarget(name: "PoolTests", dependencies: ["Pool"], swiftSettings: strict),
        .testTarget(name: "PolicyTests", dependencies: ["Policy"], swiftSettings: strict),
        .testTarget(name: "EngineTests", dependencies: ["Engine", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "TunnelTests", dependencies: ["Tunnel", "Engine", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "HTTPStackTests", dependencies: ["HTTPStack", "HTTPWire", "Engine", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "HTTPStackTypesTests", dependencies: ["HTTPStackTypes", "HTTPStack", "HTTPWire", "Engine"],
            swiftSettings: strict),
        .testTarget(name: "ProxyAppTests", dependencies: ["ProxyApp", "TestSupport"], swiftSettings: strict),
    ]
)
