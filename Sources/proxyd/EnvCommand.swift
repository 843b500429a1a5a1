import ArgumentParser
import ProxyApp

/// `proxyd env`: shell commands that send programs through the proxy.
struct EnvCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env", abstract: "Print the environment variables that make programs use the proxy.",
        discussion: """
            Use it as: eval "$(proxyd env)"
            """)

    @OptionGroup var options: ConfigOptions

    @Option(help: ArgumentHelp("The syntax to print.", valueName: "shell"))
    var shell: ProxyEnvironment.Shell = .sh

    func run() throws {
        guard let environment = ProxyEnvironment(listen: try options.settings().listen) else {
            Main.complain(
                "no listen address has a host and a port that a URL could name; listen on 127.0.0.1:3128, say")
            throw ExitCode(Main.badInputStatus)
        }
        print(environment.commands(for: shell), terminator: "")
    }
}

extension ProxyEnvironment.Shell: ExpressibleByArgument {}
