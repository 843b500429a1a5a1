import ArgumentParser
import ProxyApp

/// Where settings come from, for the commands that need them.
struct ConfigOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file; without one the defaults hold.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Where clients connect: 127.0.0.1:3128, [::1]:3128, :3128 or unix:/path. Repeatable; replaces the file's.",
            valueName: "address"))
    var listen: [String] = []

    @Option(
        help: ArgumentHelp("Where health and metrics are served, or `off`; replaces the file's.", valueName: "address"))
    var admin: String?

    /// The settings in force; ends the command like `load` does.
    func settings(loops: String? = nil, toStart: Bool = false) throws -> Settings {
        try Self.load(config, ConfigOverrides(listen: listen, admin: admin, loops: loops), toStart: toStart)
    }

    /// The settings of `file`, or the defaults, with `overrides` put over them.
    ///
    /// All problems go to standard error, and then the command ends with status 2.
    static func load(_ file: String?, _ overrides: ConfigOverrides, toStart: Bool = false) throws -> Settings {
        do throws(ConfigProblems) {
            guard let file else { return try ConfigFile.defaults(overrides: overrides, toStart: toStart) }
            return try ConfigFile.load(file, overrides: overrides, toStart: toStart)
        } catch {
            Main.complain(error.description)
            throw ExitCode(Main.badInputStatus)
        }
    }
}
