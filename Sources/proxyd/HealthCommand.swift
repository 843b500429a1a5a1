import ArgumentParser
import ProxyApp

/// `proxyd health`: does a running proxy answer? For container health checks, where there may be no curl.
struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask a running proxy's admin listener whether it is alive.",
        discussion: """
            Ends with status 0 when it answers 200 within two seconds, and with 1 when it does not.
            """)

    @Option(help: ArgumentHelp("The configuration file that names the admin listener.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The admin listener; replaces the file's.", valueName: "address"))
    var admin: String?

    func run() throws {
        guard let address = try ConfigOptions.load(config, ConfigOverrides(admin: admin)).admin else {
            Main.complain("the admin listener is off; name one with --admin, or turn it on in the configuration")
            throw ExitCode(Main.badInputStatus)
        }
        do throws(HealthProbe.Failure) {
            try HealthProbe(address: address, timeoutMs: 2_000).run()
        } catch {
            Main.complain("\(address): \(error)")
            throw ExitCode.failure
        }
    }
}
