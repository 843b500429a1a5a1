import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// What the options of a request do, seen from the origin.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientOptionsTests {
    /// The request that the origin received for the options.
    private func sent(_ adjust: @escaping @Sendable (inout RequestOptions) throws -> Void) async throws -> [String] {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.get {
            var options = RequestOptions(hostname: "127.0.0.1", port: origin.port)
            try adjust(&options)
            return options
        }
        #expect(told.text == "ok")
        try await rig.close()
        origin.end()
        // The port is another one each time.
        return origin.requests.first.map { $0.replacing(":\(origin.port)", with: ":PORT").lines } ?? []
    }

    /// Rows 78, 102.
    @Test func aURLIsEnoughForAGet() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run { try HTTP.get("http://127.0.0.1:\(origin.port)/a?b=c#d") { _ in } }
        #expect(told.status == 200 && told.text == "ok")
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.lines.first == "GET /a?b=c HTTP/1.1")
    }

    /// Row 78.
    @Test func theResponseGoesToTheClosureGivenToRequest() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let status = Shared(0)
        try await rig.on {
            let options = RequestOptions(hostname: "127.0.0.1", port: origin.port)
            try HTTP.request(options) { response in
                let code = response.statusCode
                status.update { $0 = code }
                response.resume()
            }.end()
        }
        #expect(await untilTrue { status.value == 200 })
        try await rig.close()
        origin.end()
    }

    /// Row 79.
    @Test func hostnameIsPreferredToHost() async throws {
        let lines = try await sent { $0.host = "name.invalid" }
        #expect(lines[1] == "Host: 127.0.0.1:PORT")
    }

    /// Row 79.
    @Test func theHostIsLocalhostWhenNoneIsGiven() async throws {
        let lines = try await sent { $0.hostname = nil }
        #expect(lines[1] == "Host: localhost:PORT")
    }

    /// Rows 80, 93.
    @Test func portEightyIsTheDefaultAndNotNamed() throws {
        #expect(RequestOptions().port == 80)
        #expect(try RequestHead(RequestOptions(host: "a")).fields["Host"] == "a")
        #expect(try RequestHead(RequestOptions(host: "a", port: 8080)).fields["Host"] == "a:8080")
        #expect(try RequestHead(RequestOptions(host: "::1", port: 81)).fields["Host"] == "[::1]:81")
        #expect(try RequestHead(RequestOptions(host: "[::1]")).fields["Host"] == "[::1]")
    }

    /// Row 93.
    @Test func aHostThatIsGivenIsSentAsItIs() async throws {
        let lines = try await sent { $0.headers = ["host": "example.org"] }
        #expect(lines.filter { $0.lowercased().hasPrefix("host:") } == ["host: example.org"])
    }

    /// Row 81.
    @Test func aLocalAddressIsWhereTheRequestComesFrom() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.get {
            RequestOptions(hostname: "127.0.0.1", port: origin.port, localAddress: "127.0.0.9")
        }
        #expect(told.status == 200 && told.localHost == "127.0.0.9")
        try await rig.close()
        origin.end()
    }

    /// Row 81.
    @Test func aLocalAddressThatCannotBeBoundIsAnError() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.get {
            RequestOptions(hostname: "127.0.0.1", port: origin.port, localAddress: "192.0.2.1")
        }
        #expect(told.events == ["error EADDRNOTAVAIL", "close"])
        try await rig.close()
        origin.end()
    }

    /// Row 82.
    @Test func aSocketPathIsConnectedToAndNotPooled() async throws {
        let path = "/tmp/client-options-\(getpid()).socket"
        let fd = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
        try #require(SocketAddress.unix(path: path).withRaw { bind(fd, $0, $1) } == 0 && listen(fd, 1) == 0)
        defer {
            close(fd)
            unlink(path)
        }
        let head = Shared("")
        let origin = JoinableThread {
            let peer = Peer(accept(fd, nil, nil))
            let text = peer.receive(until: "\r\n\r\n")
            head.update { $0 = text }
            peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            _ = peer.receive()
        }
        let rig = try ClientRig()
        let told = try await rig.get {
            RequestOptions(socketPath: path, agent: .agent(rig.agent(keepAlive: true)))
        }
        #expect(told.text == "ok")
        origin.join()
        #expect(head.value.lines.contains("Connection: close"))
        try await rig.close()
    }

    /// Row 83.
    @Test func theMethodIsGETUnlessGivenAndUpperCased() async throws {
        #expect(try await sent { _ in }[0] == "GET / HTTP/1.1")
        #expect(try await sent { $0.method = "delete" }[0] == "DELETE / HTTP/1.1")
    }

    /// Row 83.
    @Test func aMethodThatIsNoTokenIsRefused() {
        #expect(throws: OutgoingError.illegalMethod("GET /x")) { try RequestHead(RequestOptions(method: "GET /x")) }
    }

    /// Row 84.
    @Test(arguments: ["/a b", "/a\r\nX: y", "/a\tb", "/a\u{7f}", "/ü", "/a#b"])
    func aPathWithIllegalCharactersIsRefused(path: String) async throws {
        let rig = try ClientRig()
        await #expect(throws: OutgoingError.illegalPath(path)) {
            try await rig.on { _ = try HTTP.request(RequestOptions(path: path)) }
        }
        try await rig.close()
    }

    /// Row 84.
    @Test func anEmptyPathIsTheRoot() async throws {
        #expect(try await sent { $0.path = "" }[0] == "GET / HTTP/1.1")
    }

    /// Row 85.
    @Test func headersAreSentInTheirOrderWithDuplicates() async throws {
        let lines = try await sent { $0.headers = HeaderFields([("X-B", "1"), ("X-A", "2"), ("x-b", "3")]) }
        #expect(Array(lines[2...4]) == ["X-B: 1", "X-A: 2", "x-b: 3"])
    }

    /// Row 85.
    @Test func headersMayBeADictionaryLiteral() async throws {
        #expect(try await sent { $0.headers = ["X-A": "1"] }.contains("X-A: 1"))
    }

    /// Row 85.
    @Test(arguments: [("X\r\n", "a"), ("X", "a\r\nB: c"), ("", "a"), ("X Y", "a")])
    func headersThatWouldBreakOutOfTheirLinesAreRefused(name: String, value: String) {
        #expect(throws: OutgoingError.self) {
            try RequestHead(RequestOptions(headers: HeaderFields([(name, value)])))
        }
    }

    /// Row 86.
    @Test func authBecomesAnAuthorizationField() async throws {
        #expect(try await sent { $0.auth = "user:password" }.contains("Authorization: Basic dXNlcjpwYXNzd29yZA=="))
    }

    /// Rows 86, 100.
    @Test func anAuthorizationFieldWinsOverAuth() async throws {
        let lines = try await sent {
            $0.auth = "user:password"
            $0.headers = ["authorization": "Bearer x"]
        }
        #expect(lines.filter { $0.lowercased().hasPrefix("authorization") } == ["authorization: Bearer x"])
    }

    /// Row 86.
    @Test func credentialsOfAURLAreDecodedAndSent() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        _ = try await rig.run { try HTTP.get("http://us%65r:p%40ss:w@127.0.0.1:\(origin.port)/") }
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.lines.contains("Authorization: Basic dXNlcjpwQHNzOnc=") == true)
    }

    /// Row 91.
    @Test(arguments: ["https://a/", "HTTPS://a/", "ftp://a/", "mailto:x"])
    func anotherProtocolIsNotSupported(url: String) throws {
        let scheme = String(url.lowercased().prefix { $0 != ":" }) + ":"
        #expect(throws: OutgoingError.unsupportedProtocol(scheme)) { try RequestOptions(url: url) }
        #expect("\(OutgoingError.unsupportedProtocol("x:"))" == "Protocol \"x:\" not supported")
    }

    /// Row 92.
    @Test func keepAliveOfARequestKeepsItsSocketFree() async throws {
        #expect(RequestOptions().keepAlive == false && RequestOptions().keepAliveMsecs == 1000)
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        for round in 0..<2 {
            let told = try await rig.get {
                var options = RequestOptions(hostname: "127.0.0.1", port: origin.port)
                options.keepAlive = true
                return options
            }
            #expect(told.request?.reusedSocket == (round == 1))
            #expect(try await rig.on { HTTP.globalAgent.freeSockets.count } == 1)
        }
        try await rig.close()
        origin.end()
        #expect(origin.requests.allSatisfy { $0.lines.contains("Connection: keep-alive") })
    }
}
