import Engine
@preconcurrency import Glibc
import HTTPStack

/// Gets URLs over at most two kept connections to each origin, and says which of them were used again.
///
///     swift run AgentClient http://127.0.0.1:8080/a http://127.0.0.1:8080/b http://127.0.0.1:8080/c
@main
struct AgentClient {
    static func main() throws {
        setlinebuf(stdout)
        let urls = CommandLine.arguments.dropFirst()
        guard !urls.isEmpty else { return print("usage: AgentClient URL...") }
        try HTTP.run {
            let agent = Agent(keepAlive: true, maxSockets: 2)
            var open = urls.count
            for url in urls {
                var options = try RequestOptions(url: url)
                options.agent = .agent(agent)
                let request = try HTTP.request(options)
                request.onResponse = { response in
                    var bytes = 0
                    response.onData = { bytes += $0.count }
                    response.onEnd = {
                        let socket = request.reusedSocket ? "used again" : "new"
                        print("\(url): \(response.statusCode), \(bytes) bytes, connection \(socket)")
                    }
                    response.onAborted = { print("\(url): cut off after \(bytes) bytes: \($0.token)") }
                }
                request.onError = { print("\(url): \($0.token)") }
                request.onClose = {
                    open -= 1
                    // Kept connections do not keep the program.
                    if open == 0 { agent.destroy() }
                }
                request.end()
            }
        }
    }
}
