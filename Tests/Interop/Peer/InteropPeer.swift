import Engine
@preconcurrency import Glibc
import HTTPStack

/// The library's side of the interop tests: a server for other people's clients, and a gateway through which a test has the
/// library's client ask other people's servers. Everything goes through the public interface, in Node's form.
///
///     InteropPeer [MAX-SOCKETS]
///
/// Prints where it listens, and then a line for each thing that happens to a connection or an exchange.
@main
struct InteropPeer {
    static func main() throws {
        // Tests read the lines through a pipe, as they come.
        setlinebuf(stdout)
        let maxSockets = Int(CommandLine.arguments.dropFirst().first ?? "") ?? 2
        try HTTP.run {
            let gateway = Gateway(agent: Agent(keepAlive: true, maxSockets: maxSockets))
            let resources = Resources()
            let server = HTTP.createServer { request, response in
                print("request \(request.method) \(request.url) HTTP/\(request.httpVersion)")
                if request.url.hasPrefix("/gateway") {
                    try gateway.serve(request, response)
                } else {
                    try resources.serve(request, response)
                }
            }
            server.onConnection = { print("connection \($0.remoteAddress?.description ?? "gone")") }
            server.onCheckContinue = { request, response in
                guard request.url != "/refused" else {
                    try response.writeHead(417, headers: ["Content-Type": "text/plain"])
                    return response.end("not that\n")
                }
                print("continue \(request.url)")
                response.writeContinue()
                try server.onRequest?(request, response)
            }
            server.onConnect = { request, socket, early in
                socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
                echo("tunnel \(request.url)", socket, early)
            }
            server.onUpgrade = { request, socket, early in
                let name = request.headers["upgrade"] ?? ""
                socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \(name)\r\n\r\n")
                echo("upgrade \(name)", socket, early)
            }
            server.onHandlerError = { print("handler failed: \($0)") }
            server.listen(0, "127.0.0.1") { print("listening on \(server.address?.description ?? "nothing")") }
        }
    }

    /// Sends back what comes, the bytes behind the head first.
    private static func echo(_ what: String, _ socket: Socket, _ early: [UInt8]) {
        print("\(what) with \(early.count) early bytes")
        socket.write(early)
        socket.onClose = { print("\(what) closed") }
        socket.pipe(to: socket)
    }
}
