import ArgumentParser
import ProxyApp

/// `proxyd explain METHOD TARGET`: what would become of a request, and why?
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what the access rules would do with a request, and why.",
        discussion: """
            As in: proxyd explain --config proxyd.yaml --client 10.0.0.7 --user ann CONNECT example.com:443

            Resolves the name as the proxy would and judges every address. Ends with status 0 when the request would be allowed,
            and with 1 when not.
            """)

    @OptionGroup var options: ConfigOptions

    @Option(
        help: ArgumentHelp("The client's address; without one it is a program on a unix socket.", valueName: "address"))
    var client: String?

    @Option(help: ArgumentHelp("The user who is logged in.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("A group of that user, beside those of the group file; repeatable.", valueName: "name"))
    var group: [String] = []

    @Argument(help: "The request's method.")
    var method: String

    @Argument(help: "host:port for CONNECT, else a URL with http://.")
    var target: String

    func run() throws {
        let settings = try options.settings(toStart: true)
        let answer: AccessAnswer
        do throws(AccessQuestionProblem) {
            let question = try AccessQuestion(
                client: client, user: user, groups: group, method: method, target: target)
            answer = try ProxyApp.explain(question, settings)
        } catch {
            Main.complain(error.description)
            throw ExitCode(Main.badInputStatus)
        }
        for line in answer.lines { print(line) }
        if !answer.isAllowed { throw ExitCode.failure }
    }
}
