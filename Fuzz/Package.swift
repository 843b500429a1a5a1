// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// As in the package under test: the C modules and Glibc include the same system headers, and which of them a struct's member
// is found in differs between builds.
let besideC: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// A fuzz target: an executable that libFuzzer drives. `Fuzz/run` gives the flags that link it.
func fuzzer(
    _ name: String, _ folder: String, _ products: [String], checks: [Target.Dependency] = [],
    settings: [SwiftSetting] = strict
) -> Target {
    .executableTarget(
        name: name,
        dependencies: ["FuzzSupport"] + checks + products.map { .product(name: $0, package: "proxyd") },
        path: "Sources/\(folder)", swiftSettings: settings)
}

let package = Package(
    name: "fuzz",
    dependencies: [.package(name: "proxyd", path: "..")],
    targets: [
        .target(name: "CFuzzer"),
        .target(name: "CPretendKernel"),
        .target(name: "FuzzSupport", dependencies: ["CFuzzer"], swiftSettings: strict),
        .target(
            name: "WireChecks", dependencies: ["FuzzSupport", .product(name: "HTTPWire", package: "proxyd")],
            swiftSettings: strict),
        fuzzer("request-head", "FuzzRequestHead", ["HTTPWire"], checks: ["WireChecks"]),
        fuzzer("response-head", "FuzzResponseHead", ["HTTPWire"], checks: ["WireChecks"]),
        fuzzer("chunked", "FuzzChunked", ["HTTPWire"]),
        fuzzer("request-target", "FuzzRequestTarget", ["HTTPWire"]),
        fuzzer("tunnel", "FuzzTunnel", ["Tunnel"]),
        fuzzer("pool", "FuzzPool", ["Pool"]),
        fuzzer("server-lifecycle", "FuzzServerLifecycle", ["HTTPStack"]),
        fuzzer(
            "connection", "FuzzConnection", ["ProxyApp", "HTTPStack", "Engine"], checks: ["CPretendKernel"],
            settings: besideC),
    ]
)
