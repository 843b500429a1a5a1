import ArgumentParser
import ProxyApp

/// `proxyd` and `proxyd run`: the proxy itself.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the proxy (the default).",
        discussion: """
            SIGTERM and SIGINT let open work finish, for as long as timeouts.shutdown says.
            """)

    @OptionGroup var options: ConfigOptions

    @Option(help: ArgumentHelp("Event loops, 0 for one per core; replaces the file's.", valueName: "number"))
    var loops: String?

    func run() throws {
        let status = ProxyApp.run(try options.settings(loops: loops, toStart: true), configuration: options.config)
        if status != 0 { throw ExitCode(status) }
    }
}
