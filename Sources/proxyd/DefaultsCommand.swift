import ArgumentParser
import ProxyApp

/// `proxyd defaults`: a configuration file to start from.
struct DefaultsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "defaults", abstract: "Print a configuration file with every key, its range and its default.")

    func run() throws {
        print(ConfigSample.text, terminator: "")
    }
}
