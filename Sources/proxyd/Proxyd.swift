import ArgumentParser
import ProxyApp

/// The command line as a whole.
struct Proxyd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxyd",
        abstract: "A forward and tunnelling HTTP proxy.",
        discussion: """
            Without a subcommand it runs the proxy and takes the options of `run`, as in
            `proxyd --config FILE --listen :3128`. A bad command line or configuration ends with status 2.
            """,
        version: "proxyd \(Version.current)",
        subcommands: [
            RunCommand.self, CheckCommand.self, ExplainCommand.self, DefaultsCommand.self, EnvCommand.self,
            HealthCommand.self,
        ],
        defaultSubcommand: RunCommand.self)
}
