import Engine
@preconcurrency import Glibc
import HTTPStack

/// Node's example of `upgrade`: a server that switches to a protocol which echoes, and a client that asks for it.
///
///     swift run UpgradeServer
@main
struct UpgradeServer {
    static func main() throws {
        setlinebuf(stdout)
        try HTTP.run {
            let server = HTTP.createServer { _, response in response.end("okay\n") }
            server.onUpgrade = { _, socket, _ in
                socket.write(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
                socket.pipe(to: socket)
            }
            server.listen(0, "127.0.0.1") {
                do { try ask(server) } catch { print("no request: \(error)") }
            }
        }
    }

    private static func ask(_ server: Server) throws {
        let options = RequestOptions(
            host: "127.0.0.1", port: server.address?.port ?? 0,
            headers: ["Connection": "Upgrade", "Upgrade": "echo"])
        let request = try HTTP.request(options)
        request.onUpgrade = { response, socket, _ in
            print("got upgraded to \(response.headers["upgrade"] ?? "nothing")")
            socket.onData = { bytes in
                print("heard \(String(decoding: bytes, as: UTF8.self))")
                socket.end()
            }
            socket.onClose = { server.close() }
            socket.write("is there anybody?")
        }
        request.onError = { print("failed: \($0.token)") }
        request.end()
    }
}
