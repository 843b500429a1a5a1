import Engine
@preconcurrency import Glibc
import HTTPStack

/// Sends every upload back while it arrives: a client that reads slowly uploads slowly, and nothing is held in memory.
///
///     swift run UploadEcho 8080
///     curl -T big.iso http://127.0.0.1:8080/ -o same.iso
@main
struct UploadEcho {
    static func main() throws {
        setlinebuf(stdout)
        let port = UInt16(CommandLine.arguments.dropFirst().first ?? "") ?? 8080
        try HTTP.run {
            let server = HTTP.createServer { request, response in
                guard request.method == "POST" || request.method == "PUT" else {
                    try response.writeHead(405, headers: ["Allow": "POST, PUT"])
                    return response.end("Send something with POST or PUT.\n")
                }
                let type = request.headers["content-type"] ?? "application/octet-stream"
                try response.writeHead(200, headers: ["Content-Type": type])
                request.pipe(to: response)
            }
            server.onCheckContinue = { request, response in
                response.writeContinue()
                try server.onRequest?(request, response)
            }
            server.listen(port, "127.0.0.1") {
                print("listening on \(server.address?.description ?? "nothing")")
            }
        }
    }
}
