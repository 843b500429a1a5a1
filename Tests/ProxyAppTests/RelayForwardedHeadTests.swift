import Engine
import HTTPWire
import Testing

@testable import ProxyApp

/// Heads as they leave the proxy, byte for byte, for heads as they came in.
@Suite struct RelayForwardedHeadTests {
    /// What is left of a request, with `@` for the end of a line.
    private func request(
        _ text: String, via: String? = "p", framing: BodyFraming? = nil, upgrade: Bool = false,
        maxForwards: Int64? = nil, forwarded: ForwardedPolicy = .off,
        client: SocketAddress = .ipv4(address: 0xc000_0207, port: 4000)
    ) throws -> String {
        let head = MessageHead(limits: .standard)
        var parser = HeadParser(kind: .request)
        let bytes = Array(text.replacing("@", with: "\r\n").utf8)
        return try bytes.withUnsafeBytes { bytes in
            guard case .complete = try parser.parse(bytes, into: head) else { return "incomplete" }
            let target = try RequestTarget.parse(head.bytes(head.targetRange), method: head.method)
            let announced = try framing ?? Framing.ofRequest(head)
            return written(head.byteCount) {
                ForwardedHead(via: via.map { Array($0.utf8) }, forwarded: forwarded).write(
                    request: head, target: target, framing: announced, upgrade: upgrade, maxForwards: maxForwards,
                    client: client, to: &$0)
            }
        }
    }

    /// What is left of a response to `method`.
    private func response(
        _ text: String, to method: Method = .get, clientMinor: UInt8 = 1, persist: Bool = true, via: String? = "p"
    ) throws -> String {
        try parsed(text) { head in
            var framing = try Framing.ofResponse(head, to: method)
            let bodiless = framing == .none
            if framing == .untilClose { framing = clientMinor == 1 ? .chunked : .untilClose }
            return written(head.byteCount) {
                ForwardedHead(via: via.map { Array($0.utf8) }).write(
                    response: head, framing: framing, clientMinor: clientMinor, persist: persist, bodiless: bodiless,
                    to: &$0)
            }
        }
    }

    private func parsed(_ text: String, _ body: (MessageHead) throws -> String) throws -> String {
        let head = MessageHead(limits: .standard)
        var parser = HeadParser(kind: .response)
        return try Array(text.replacing("@", with: "\r\n").utf8).withUnsafeBytes { bytes in
            guard case .complete = try parser.parse(bytes, into: head) else { return "incomplete" }
            return try body(head)
        }
    }

    /// Exactly as much room as the relay gives a head of `count` bytes: one byte more ends the test's process.
    private func written(_ count: Int, _ body: (inout HeadWriter) -> Void) -> String {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: count + ForwardedHead.slack, alignment: 16)
        defer { room.deallocate() }
        var writer = HeadWriter(room)
        body(&writer)
        return String(decoding: writer.written, as: UTF8.self).replacing("\r\n", with: "@")
    }

    // MARK: Request line and Host

    @Test(arguments: [
        ("http://a/", "GET / HTTP/1.1@Host: a@"), ("http://a", "GET / HTTP/1.1@Host: a@"),
        ("http://a/x/y?q=1&r=%20", "GET /x/y?q=1&r=%20 HTTP/1.1@Host: a@"),
        ("http://a?q", "GET /?q HTTP/1.1@Host: a@"), ("http://a:80/", "GET / HTTP/1.1@Host: a@"),
        ("http://a:8080/", "GET / HTTP/1.1@Host: a:8080@"), ("http://[::1]:81/x", "GET /x HTTP/1.1@Host: [::1]:81@"),
        ("http://[::1]/", "GET / HTTP/1.1@Host: [::1]@"),
        ("HTTP://A.Example:81/", "GET / HTTP/1.1@Host: A.Example:81@"),
        ("http://a:/", "GET / HTTP/1.1@Host: a@"),
    ])
    func targetBecomesPathAndHost(target: String, start: String) throws {
        #expect(try request("GET \(target) HTTP/1.1@Host: other.example:99@@", via: nil) == start + "@")
    }

    @Test func optionsOfAWholeServerTakesTheAsterisk() throws {
        #expect(
            try request("OPTIONS http://a:81 HTTP/1.1@Host: a@@", via: nil) == "OPTIONS * HTTP/1.1@Host: a:81@@")
        #expect(try request("OPTIONS http://a/ HTTP/1.1@Host: a@@", via: nil) == "OPTIONS / HTTP/1.1@Host: a@@")
    }

    @Test func hostIsAddedWhenAnHTTP10ClientSentNone() throws {
        #expect(try request("GET http://a/ HTTP/1.0@X: y@@", via: nil) == "GET / HTTP/1.1@Host: a@X: y@@")
    }

    // MARK: Fields that end here

    @Test func fieldsForOneHopAreRemoved() throws {
        let got = try request(
            "GET http://a/ HTTP/1.1@A: 1@Connection: keep-alive@Keep-Alive: timeout=5@B: 2@Proxy-Connection: x@"
                + "Proxy-Authorization: Basic eA==@TE: gzip@Upgrade: h2c@C: 3@@",
            via: nil)
        #expect(got == "GET / HTTP/1.1@Host: a@A: 1@B: 2@C: 3@@")
    }

    @Test func fieldsThatConnectionNamesAreRemovedInAnyCase() throws {
        let got = try request(
            "GET http://a/ HTTP/1.1@X-One: 1@connection: x-one, CLOSE ,X-THREE@X-Two: 2@x-three: 3@Connection: x-four@"
                + "X-Four: 4@X-Fourth: 5@@", via: nil)
        #expect(got == "GET / HTTP/1.1@Host: a@X-Two: 2@X-Fourth: 5@@")
    }

    @Test func connectionCannotRemoveHostFramingOrVia() throws {
        let got = try request(
            "POST http://a/ HTTP/1.1@Content-Length: 3@Via: 1.1 q@Connection: host, content-length, via, transfer-encoding@@"
        )
        #expect(got == "POST / HTTP/1.1@Host: a@Via: 1.1 q@Content-Length: 3@Via: 1.1 p@@")
    }

    @Test func trailersAreAskedForWhenTheClientDid() throws {
        #expect(
            try request("GET http://a/ HTTP/1.1@TE: Trailers@Connection: TE@@", via: nil)
                == "GET / HTTP/1.1@Host: a@TE: trailers@Connection: TE@@")
    }

    @Test func upgradeIsPassedOnWithItsConnectionField() throws {
        #expect(
            try request("GET http://a/ HTTP/1.1@Upgrade: websocket@Connection: Upgrade@K: v@@", via: nil, upgrade: true)
                == "GET / HTTP/1.1@Host: a@K: v@Connection: Upgrade@Upgrade: websocket@@")
    }

    // MARK: What must not change

    @Test func orderCaseDuplicatesAndSpacesAreKept() throws {
        let got = try request("GET http://a/ HTTP/1.1@b: 1@A:2@b:   3  @A: @a: \u{9}x\u{9}y@@", via: nil)
        #expect(got == "GET / HTTP/1.1@Host: a@b: 1@A:2@b:   3  @A: @a: \u{9}x\u{9}y@@")
    }

    @Test func bytesBeyondASCIIAreKept() throws {
        let head = MessageHead(limits: .standard)
        var parser = HeadParser(kind: .response)
        let bytes = Array("HTTP/1.1 200 OK\r\nX: ".utf8) + [0xe4, 0xff, 0x80] + Array("\r\n\r\n".utf8)
        try bytes.withUnsafeBytes { bytes in
            _ = try parser.parse(bytes, into: head)
            let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 16)
            defer { room.deallocate() }
            var writer = HeadWriter(room)
            ForwardedHead(via: nil).write(
                response: head, framing: .none, clientMinor: 1, persist: true, bodiless: true, to: &writer)
            #expect(Array(writer.written) == Array(bytes))
        }
    }

    // MARK: Framing

    @Test func repeatedLengthLeavesAsOne() throws {
        #expect(
            try request("POST http://a/ HTTP/1.1@Content-Length: 007@Content-Length: 007@X: y@@", via: nil)
                == "POST / HTTP/1.1@Host: a@X: y@Content-Length: 7@@")
    }

    @Test func chunkedIsWrittenAnew() throws {
        #expect(
            try request("POST http://a/ HTTP/1.1@Transfer-Encoding:   CHUNKED@X: y@@", via: nil)
                == "POST / HTTP/1.1@Host: a@X: y@Transfer-Encoding: chunked@@")
        #expect(
            try response("HTTP/1.1 200 OK@Transfer-Encoding: Chunked@X: y@@", via: nil)
                == "HTTP/1.1 200 OK@X: y@Transfer-Encoding: chunked@@")
    }

    @Test func lengthOfAResponseWithBodyIsWrittenAnew() throws {
        #expect(
            try response("HTTP/1.1 200 OK@content-length: 012@X: y@@", via: nil)
                == "HTTP/1.1 200 OK@X: y@Content-Length: 12@@")
    }

    @Test func responseToHEADKeepsItsLength() throws {
        #expect(
            try response("HTTP/1.1 200 OK@Content-Length: 500@X: y@@", to: .head, via: nil)
                == "HTTP/1.1 200 OK@Content-Length: 500@X: y@@")
        #expect(
            try response("HTTP/1.1 304 Not Modified@Content-Length: 500@@", via: nil)
                == "HTTP/1.1 304 Not Modified@Content-Length: 500@@")
    }

    @Test func noContentHasNoLengthWhateverTheOriginSays() throws {
        #expect(
            try response("HTTP/1.1 204 No Content@Content-Length: 5@X: y@@", via: nil)
                == "HTTP/1.1 204 No Content@X: y@@")
    }

    @Test func bodyUntilCloseBecomesChunkedForHTTP11AndStaysForHTTP10() throws {
        #expect(
            try response("HTTP/1.0 200 OK@@", via: nil) == "HTTP/1.1 200 OK@Transfer-Encoding: chunked@@")
        #expect(
            try response("HTTP/1.0 200 OK@@", clientMinor: 0, persist: false, via: nil)
                == "HTTP/1.1 200 OK@Connection: close@@")
    }

    // MARK: Responses

    @Test func statusAndReasonAreKeptAsSent() throws {
        #expect(
            try response("HTTP/1.0 299 Very  odd \u{e9}@Content-Length: 0@@", via: nil).hasPrefix(
                "HTTP/1.1 299 Very  odd \u{e9}@"))
        #expect(try response("HTTP/1.1 204 @@", via: nil) == "HTTP/1.1 204 @@")
    }

    @Test func hopFieldsOfAResponseEndHereAndOthersStay() throws {
        let got = try response(
            "HTTP/1.1 200 OK@Connection: close, x-hop@X-Hop: 1@Keep-Alive: timeout=5@Proxy-Connection: x@Set-Cookie: a@"
                + "Set-Cookie: b@Content-Length: 1@Server: s@@", via: nil)
        #expect(got == "HTTP/1.1 200 OK@Set-Cookie: a@Set-Cookie: b@Server: s@Content-Length: 1@@")
    }

    @Test func clientIsToldWhetherTheConnectionPersists() throws {
        let text = "HTTP/1.1 200 OK@Content-Length: 1@@"
        let head = "HTTP/1.1 200 OK@Content-Length: 1@"
        #expect(try response(text, via: nil) == head + "@")
        #expect(try response(text, persist: false, via: nil) == head + "Connection: close@@")
        #expect(try response(text, clientMinor: 0, via: nil) == head + "Connection: keep-alive@@")
    }

    @Test func interimResponseHasNoFraming() throws {
        let got = try parsed("HTTP/1.1 103 Early Hints@Link: </x>@Connection: x@X: y@Content-Length: 3@@") { head in
            written(head.byteCount) { ForwardedHead(via: nil).write(information: head, to: &$0) }
        }
        #expect(got == "HTTP/1.1 103 Early Hints@Link: </x>@@")
    }

    @Test func switchingProtocolsKeepsItsUpgrade() throws {
        let got = try parsed("HTTP/1.1 101 Switching@Upgrade: websocket@Connection: Upgrade@Sec-WebSocket-Accept: x@@")
        {
            head in
            written(head.byteCount) { ForwardedHead(via: Array("p".utf8)).write(switching: head, to: &$0) }
        }
        #expect(
            got == "HTTP/1.1 101 Switching@Sec-WebSocket-Accept: x@Connection: Upgrade@Upgrade: websocket@Via: 1.1 p@@")
    }

    // MARK: The client's address

    private static let named = "GET http://a/ HTTP/1.1@X-Forwarded-For: x@A: 1@Forwarded: for=x;by=y@@"

    @Test(arguments: [
        (ForwardedPolicy.off, "X-Forwarded-For: x@A: 1@Forwarded: for=x;by=y@"),
        (.add, "X-Forwarded-For: x@A: 1@Forwarded: for=x;by=y@X-Forwarded-For: 192.0.2.7@Forwarded: for=192.0.2.7@"),
        (.replace, "A: 1@X-Forwarded-For: 192.0.2.7@Forwarded: for=192.0.2.7@"),
        (.delete, "A: 1@"),
    ])
    func policyDecidesWhoTheOriginSees(policy: ForwardedPolicy, fields: String) throws {
        #expect(
            try request(Self.named, via: nil, forwarded: policy) == "GET / HTTP/1.1@Host: a@\(fields)@")
    }

    @Test(arguments: [
        (SocketAddress.ipv4(address: 0x0a00_00ff, port: 1), "X-Forwarded-For: 10.0.0.255@Forwarded: for=10.0.0.255@"),
        (
            .ipv6(high: 0x2001_0db8_0000_0000, low: 1, scope: 0, port: 1),
            "X-Forwarded-For: 2001:db8::1@Forwarded: for=\"[2001:db8::1]\"@"
        ),
        (.unix(path: ""), "X-Forwarded-For: unknown@Forwarded: for=unknown@"),
    ])
    func addressIsWrittenInEachFieldsWay(client: SocketAddress, fields: String) throws {
        #expect(
            try request("GET http://a/ HTTP/1.1@@", via: nil, forwarded: .add, client: client)
                == "GET / HTTP/1.1@Host: a@\(fields)@")
    }

    @Test func connectionCannotRemoveTheAddressThatIsAdded() throws {
        #expect(
            try request(
                "GET http://a/ HTTP/1.1@Connection: x-forwarded-for, forwarded@X-Forwarded-For: x@@", via: nil,
                forwarded: .add)
                == "GET / HTTP/1.1@Host: a@X-Forwarded-For: 192.0.2.7@Forwarded: for=192.0.2.7@@")
    }

    // MARK: Max-Forwards

    @Test func maxForwardsIsWrittenAnewWhereItCounts() throws {
        #expect(
            try request("TRACE http://a/ HTTP/1.1@Max-Forwards: 08@A: 1@@", via: nil, maxForwards: 7)
                == "TRACE / HTTP/1.1@Host: a@A: 1@Max-Forwards: 7@@")
        #expect(
            try request("GET http://a/ HTTP/1.1@Max-Forwards: 08@@", via: nil)
                == "GET / HTTP/1.1@Host: a@Max-Forwards: 08@@")
    }

    // MARK: Via

    @Test func viaNamesTheVersionThatWasReceived() throws {
        #expect(try request("GET http://a/ HTTP/1.1@Host: a@@") == "GET / HTTP/1.1@Host: a@Via: 1.1 p@@")
        #expect(try request("GET http://a/ HTTP/1.0@@") == "GET / HTTP/1.1@Host: a@Via: 1.0 p@@")
        #expect(
            try response("HTTP/1.0 200 OK@Via: 1.1 q@Content-Length: 1@@")
                == "HTTP/1.1 200 OK@Via: 1.1 q@Content-Length: 1@Via: 1.0 p@@")
    }

    @Test func longestPseudonymFitsIntoTheSlack() throws {
        let via = String(repeating: "v", count: 255)
        let got = try request(
            "GET http://[::1]:65535 HTTP/1.0@TE:trailers@Upgrade:x@@", via: via, framing: .length(.max), upgrade: true)
        #expect(got.hasSuffix("Via: 1.0 \(via)@@"))
    }
}
