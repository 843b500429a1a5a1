import Engine
@preconcurrency import Glibc
import HTTPStack

/// A chat room over a raw upgrade: every line that someone sends goes to all the others.
///
///     swift run Chat 8080
///     printf 'GET /ann HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n' | cat - /dev/tty | nc 127.0.0.1 8080
@main
struct Chat {
    static func main() throws {
        setlinebuf(stdout)
        let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") ?? 8080
        try HTTP.run {
            var members: [String: Socket] = [:]
            func tell(_ text: String, from name: String) {
                for (other, socket) in members where other != name { socket.write("\(name): \(text)\n") }
            }
            let server = HTTP.createServer { _, response in
                try response.writeHead(426, headers: ["Connection": "Upgrade", "Upgrade": "chat"])
                response.end("Upgrade to chat.\n")
            }
            server.onUpgrade = { request, socket, early in
                let name = String(request.url.dropFirst())
                guard request.headers["upgrade"] == "chat", !name.isEmpty, members[name] == nil else {
                    socket.write("HTTP/1.1 409 Conflict\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                    return socket.end()
                }
                socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
                members[name] = socket
                tell("joined", from: name)
                var line = early
                func take() {
                    while let end = line.firstIndex(of: UInt8(ascii: "\n")) {
                        tell(String(decoding: line[..<end], as: UTF8.self), from: name)
                        line.removeSubrange(...end)
                    }
                    // A line without end must not take all memory.
                    if line.count > 4096 { socket.destroy() }
                }
                take()
                socket.onData = { bytes in
                    line += bytes
                    take()
                }
                socket.onClose = {
                    members[name] = nil
                    tell("left", from: name)
                }
            }
            server.listen(port, "127.0.0.1") { print("listening on \(server.address?.description ?? "nothing")") }
        }
    }
}
