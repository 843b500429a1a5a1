import Engine
@preconcurrency import Glibc
import HTTPStack

/// Answers every request with a greeting.
///
///     swift run HelloServer 8080
///     curl http://127.0.0.1:8080/world
@main
struct HelloServer {
    static func main() throws {
        setlinebuf(stdout)
        let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") ?? 8080
        try HTTP.run {
            let server = HTTP.createServer { request, response in
                try response.setHeader("Content-Type", "text/plain; charset=utf-8")
                response.end("Hello, \(request.url)\n")
            }
            server.listen(port, "127.0.0.1") { announce(server) }
        }
    }

    private static func announce(_ server: Server) {
        print("listening on \(server.address?.description ?? "nothing")")
    }
}
