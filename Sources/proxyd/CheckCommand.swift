import ArgumentParser
import ProxyApp

/// `proxyd check FILE`: is this file right, and what does it change?
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration file and show what it changes.",
        discussion: """
            Prints every problem with its line and column, and ends with status 2 if there is one.
            """)

    @Argument(help: "The configuration file.")
    var file: String

    func run() throws {
        let settings = try ConfigOptions.load(file, ConfigOverrides(), toStart: true)
        print("\(file): ok")
        let differences = settings.differences
        if differences.isEmpty { print("  every key has its default") }
        for difference in differences { print("  \(difference)") }
        print("  memory: at most \(ProxyApp.memoryBound(of: settings))")
    }
}
