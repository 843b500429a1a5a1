import HTTPStack

/// What the server has to offer.
///
/// | path | answer |
/// |---|---|
/// | `/sized/N`, `/chunked/N`, `/closed/N` | N bytes of the pattern, by length, in chunks, or up to the connection's end |
/// | `/echo` | the request's body, and its trailers behind it |
/// | `/fields` | the request's field lines as they came |
/// | `/status/N` | that status and nothing else |
/// | `/cookies` | two Set-Cookie lines |
/// | `/hints` | 102, 103, and then `hello` |
/// | `/refused` | 413 at once, whatever comes |
/// | `/endless` | bytes without end |
/// | `/cut` | half of what was announced |
/// | `/thrown` | the handler throws |
/// | anything else | `hello` |
struct Resources {
    private struct Thrown: Error {}

    func serve(_ request: IncomingMessage, _ response: ServerResponse) throws {
        let url = request.url
        response.onFinish = { print("finished \(url)") }
        response.onClose = { print("closed \(url)") }
        request.onAborted = { print("aborted \(url): \($0.code)") }
        let parts = url.split(separator: "/")
        let number = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        try response.setHeader("Content-Type", "text/plain; charset=utf-8")
        switch parts.first {
        case "sized":
            try response.setHeader("Content-Length", String(number))
            send(number, response)
        case "chunked": send(number, response)
        case "closed":
            try response.removeHeader("Transfer-Encoding")
            send(number, response)
        case "echo": echo(request, response)
        case "fields": response.end(lines(request.rawHeaders))
        case "status":
            try response.writeHead(number)
            response.end()
        case "cookies":
            try response.setHeader("Set-Cookie", ["a=1; Path=/", "b=2"])
            response.end("two\n")
        case "hints":
            response.writeProcessing()
            try response.writeEarlyHints(["Link": "</style.css>; rel=preload"])
            response.end("hello")
        case "refused":
            try response.writeHead(413, headers: ["Connection": "close"])
            response.end("too much\n")
        case "endless": send(.max, response)
        case "cut":
            try response.writeHead(200, headers: ["Content-Length": "10"])
            response.write("half.")
            response.destroy()
        case "thrown": throw Thrown()
        default: response.end("hello")
        }
    }

    /// The body first; fields that came behind it are there when it has ended.
    private func echo(_ request: IncomingMessage, _ response: ServerResponse) {
        let url = request.url
        request.pipe(to: response)
        request.onAborted = {
            print("aborted \(url): \($0.code)")
            response.destroy()
        }
        request.onEnd = {
            for (name, value) in request.trailers {
                guard case .single(let text) = value else { continue }
                do { try response.addTrailers([name: text]) } catch { print("no trailer \(name): \(error)") }
            }
            response.end()
        }
    }

    /// Sends `count` bytes as the client takes them.
    private func send(_ count: Int, _ response: ServerResponse) {
        var pattern = Pattern(count: count)
        func more() {
            while let piece = pattern.next() {
                if !response.write(piece) { return }
            }
            response.end()
        }
        response.onDrain = more
        more()
    }

    private func lines(_ raw: [String]) -> String {
        stride(from: 0, to: raw.count, by: 2).map { "\(raw[$0]): \(raw[$0 + 1])\n" }.joined()
    }
}
