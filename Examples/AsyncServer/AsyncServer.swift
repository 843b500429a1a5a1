import Engine
@preconcurrency import Glibc
import HTTPStack

/// A server in the async style: counts the bytes of uploads, and passes on what another server says.
///
///     swift run AsyncServer 8080
///     curl -T file http://127.0.0.1:8080/
///     curl 'http://127.0.0.1:8080/?http://127.0.0.1:8000/'
@main
struct AsyncServer {
    static func main() async throws {
        setlinebuf(stdout)
        let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") ?? 8080
        try await HTTP.run {
            let server = HTTP.createServer()
            server.handle { request, response in
                if let query = request.url.firstIndex(of: "?") {
                    try await pass(String(request.url[query...].dropFirst()), to: response)
                } else {
                    var bytes = 0
                    for try await chunk in request.body { bytes += chunk.count }
                    response.end("\(request.method) \(request.url): \(bytes) bytes\n")
                }
            }
            let address = try await server.listen(port: port, host: "127.0.0.1")
            print("listening on \(address)")
            try await server.closed()
        }
    }

    /// Answers with what `url` says, at the speed that the client reads.
    private static func pass(_ url: String, to response: ServerResponse) async throws {
        let answer: IncomingMessage
        do {
            answer = try await HTTP.get(url)
        } catch {
            try response.writeHead(502, headers: ["Content-Type": "text/plain"])
            return response.end("\(url): \(error)\n")
        }
        try response.writeHead(answer.statusCode)
        for try await chunk in answer.body { try await response.write(chunk) }
        response.end()
    }
}
