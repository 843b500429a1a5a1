// swift-tools-version: 6.1
import PackageDescription

// Servers that answer every request with twelve bytes, to compare the library with SwiftNIO's HTTP/1. A package of its own:
// the product does not depend on SwiftNIO.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "servers",
    dependencies: [
        .package(name: "proxyd", path: "../.."),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    ],
    targets: [
        .executableTarget(
            name: "hello-httpstack",
            dependencies: [
                .product(name: "HTTPStack", package: "proxyd"), .product(name: "Engine", package: "proxyd"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "hello-nio",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict),
    ]
)
