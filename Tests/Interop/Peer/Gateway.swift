import Engine
import HTTPStack

/// Has the library's client ask a server in the name of a test, and says what came of it.
///
/// `Ask: METHOD URL` names the request; `Send-NAME: VALUE` become its fields. The body is passed on as it comes, with an Expect
/// when the origin has asked for it. The answer's fields tell what the client saw: `Got-Status`, `Got-NAME` for each field line,
/// `Got-Reused`, `Got-Interim`; its body is the response's. Behind it come `Got-End` (`complete`, or the failure's code) and the
/// response's trailers as `Got-NAME`.
///
/// `GET /gateway/sockets` lists how many sockets the agent has.
struct Gateway {
    let agent: Agent

    func serve(_ request: IncomingMessage, _ response: ServerResponse) throws {
        if request.url == "/gateway/sockets" {
            return response.end("\(count(agent.sockets)) \(count(agent.freeSockets)) \(count(agent.requests))")
        }
        let words = (request.headers["ask"] ?? "").split(separator: " ")
        guard words.count == 2 else { return response.end("Ask: METHOD URL\n") }
        var options = try RequestOptions(url: String(words[1]))
        options.method = String(words[0])
        if options.method == "CONNECT" { options.path = "example.test:1" }
        options.agent = .agent(agent)
        let raw = request.rawHeaders
        for index in stride(from: 0, to: raw.count, by: 2) {
            if let name = raw[index].after("Send-") { options.headers.append(name, raw[index + 1]) }
        }
        let out = try HTTP.request(options)
        listen(to: out, response)
        // Whoever asked has gone: so does what was asked for.
        response.onClose = { out.abort() }
        if options.headers.contains("Expect") {
            out.onContinue = { request.pipe(to: out) }
        } else {
            request.pipe(to: out)
        }
    }

    private func listen(to out: ClientRequest, _ response: ServerResponse) {
        var interim: [String] = []
        out.onInformation = { interim.append("\($0.statusCode)") }
        func head(_ message: IncomingMessage) throws {
            var fields = HeaderFields()
            fields.append("Got-Status", "\(message.statusCode) \(message.statusMessage) HTTP/\(message.httpVersion)")
            fields.append("Got-Reused", "\(out.reusedSocket)")
            fields.append("Got-Interim", interim.joined(separator: " "))
            let raw = message.rawHeaders
            for index in stride(from: 0, to: raw.count, by: 2) { fields.append("Got-\(raw[index])", raw[index + 1]) }
            fields.append("Trailer", "Got-End")
            try response.writeHead(200, headers: fields)
        }
        func end(_ how: String, _ trailers: [String] = []) {
            var fields: HeaderFields = ["Got-End": how]
            for index in stride(from: 0, to: trailers.count, by: 2) {
                fields.append("Got-\(trailers[index])", trailers[index + 1])
            }
            do { try response.addTrailers(fields) } catch { print("no trailers: \(error)") }
            response.end()
        }
        out.onResponse = { message in
            try head(message)
            message.pipe(to: response)
            message.onEnd = { end("complete", message.rawTrailers) }
            message.onAborted = { end($0.code) }
        }
        let switched: (IncomingMessage, Socket, [UInt8]) throws -> Void = { message, socket, early in
            try head(message)
            response.write(early)
            socket.write("is there anybody?")
            socket.onData = { bytes in
                response.write(bytes)
                socket.end()
            }
            socket.onClose = { end("complete") }
        }
        out.onUpgrade = switched
        out.onConnect = switched
        out.onError = { failure in
            do { try response.writeHead(502, headers: ["Got-Reused": "\(out.reusedSocket)"]) } catch { return }
            end(failure.code)
        }
        out.onClose = { print("asked \(out.path)") }
    }

    private func count(_ lists: [String: [some Any]]) -> Int { lists.values.reduce(0) { $0 + $1.count } }
}

extension String {
    /// What follows `prefix`; nil without it.
    fileprivate func after(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
