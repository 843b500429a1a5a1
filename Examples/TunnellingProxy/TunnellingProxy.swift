import Engine
@preconcurrency import Glibc
import HTTPStack

/// Node's example of `connect`: a proxy that tunnels, and nothing else.
///
///     swift run TunnellingProxy 1337
///     curl --proxytunnel --proxy 127.0.0.1:1337 http://127.0.0.1:8080/
@main
struct TunnellingProxy {
    static func main() throws {
        setlinebuf(stdout)
        let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") ?? 1337
        try HTTP.run {
            let proxy = HTTP.createServer { _, response in
                try response.writeHead(400, headers: ["Content-Type": "text/plain"])
                response.end("This proxy only tunnels: use CONNECT.\n")
            }
            proxy.onConnect = { request, client, head in
                guard let (host, port) = target(of: request) else {
                    client.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                    return client.end()
                }
                Socket.connect(port: port, host: host) { result in
                    guard case .success(let origin) = result else {
                        client.write("HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n")
                        return client.end()
                    }
                    client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
                    origin.write(head)
                    client.pipe(to: origin)
                    origin.pipe(to: client)
                }
            }
            proxy.listen(port, "127.0.0.1") {
                print("listening on \(proxy.address?.description ?? "nothing")")
            }
        }
    }

    /// Host and port of a CONNECT request.
    private static func target(of request: IncomingMessage) -> (String, UInt16)? {
        guard let colon = request.url.lastIndex(of: ":"), let port = UInt16(request.url[colon...].dropFirst()) else {
            return nil
        }
        return (request.url[..<colon].trimming("[]"), port)
    }
}

extension Substring {
    fileprivate func trimming(_ ends: String) -> String {
        String(drop { ends.contains($0) }.prefix { !ends.contains($0) })
    }
}
