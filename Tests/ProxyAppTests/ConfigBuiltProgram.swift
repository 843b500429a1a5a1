import Foundation

/// `proxyd` as built beside the tests, from outside: what it prints where, and its status.
final class BuiltProgram {
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("proxyd").path

    static var exists: Bool { FileManager.default.isExecutableFile(atPath: path) }

    private let process = Process()
    private let output = Pipe()
    private let error = Pipe()

    /// Starts it and returns at once.
    init(_ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: Self.path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = error
        try process.run()
    }

    /// Waits for its end. Only for commands that end by themselves and print less than a pipe holds.
    func finish() -> Outcome {
        let outputBytes = output.fileHandleForReading.readDataToEndOfFile()
        let errorBytes = error.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: outputBytes, as: UTF8.self),
            error: String(decoding: errorBytes, as: UTF8.self))
    }

    static func run(_ arguments: String...) throws -> Outcome { try BuiltProgram(arguments).finish() }

    struct Outcome: Equatable {
        var status: Int32
        var output: String
        var error: String
    }
}
