import ArgumentParser
import ProxyApp

/// `proxyd check FILE`: is this file right, and what does it change?
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a configuration file and show what it changes.",
        discussion: """
            Prints every problem with its line and column, and ends with status 2 if there is one. Warnings are for access rules
            that are odd (one that never decides, say), files that others can write, secrets that others can read, and an
            account that this machine does not have.
            """)

    @Argument(help: "The configuration file.")
    var file: String

    func run() throws {
        let settings = try ConfigOptions.load(file, ConfigOverrides(), toStart: true)
        var findings: [ConfigFinding]
        do throws(ConfigProblems) { findings = try LoginCheck.findings(settings) } catch {
            Main.complain(error.description)
            throw ExitCode(Main.badInputStatus)
        }
        do throws(AccessQuestionProblem) { findings += try ProxyApp.accessFindings(settings) } catch {
            Main.complain("\(file): \(error)")
            throw ExitCode(Main.badInputStatus)
        }
        print("\(file): ok")
        for finding in findings { print("\(finding.file ?? file):\(finding.line): warning: \(finding.text)") }
        for warning in ProxyApp.warnings(of: settings, configuration: file) { print("\(file): warning: \(warning)") }
        let differences = settings.differences
        if differences.isEmpty { print("  every key has its default") }
        for difference in differences { print("  \(difference)") }
        print("  memory: at most \(ProxyApp.memoryBound(of: settings))")
    }
}
