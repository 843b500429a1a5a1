// swift-tools-version: 6.1
import PackageDescription

// Comparison relays for docs/decisions/0001-own-event-loop.md. A package of its own: the product does not depend on SwiftNIO.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "relays",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2")
    ],
    targets: [
        .target(name: "CRelay"),
        .target(name: "NIOTunnel", dependencies: nio, swiftSettings: strict),
        // Beside a C module that includes the system's headers, a struct's members have two homes.
        .executableTarget(
            name: "floor", dependencies: ["CRelay"], swiftSettings: [.enableUpcomingFeature("ExistentialAny")]),
        .executableTarget(name: "nio-lean", dependencies: nio + ["NIOTunnel"], swiftSettings: strict),
        .executableTarget(
            name: "nio-http1",
            dependencies: nio + ["NIOTunnel", .product(name: "NIOHTTP1", package: "swift-nio")],
            swiftSettings: strict),
    ]
)
