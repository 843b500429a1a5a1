import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Received fields in Node's view.
@Suite(.ownThread) struct ServerHeadersTests {
    /// The message with these field lines.
    private func message(_ lines: String, start: String = "GET /x HTTP/1.1") throws -> IncomingMessage {
        let message = IncomingMessage(limits: .standard)
        var parser = HeadParser(kind: start.hasPrefix("HTTP") ? .response : .request)
        let bytes = Array("\(start)\r\n\(lines)\r\n\r\n".utf8)
        let outcome = try bytes.withUnsafeBytes { bytes in
            defer { message.head.adopt() }
            return try parser.parse(bytes, into: message.head)
        }
        #expect(outcome == .complete(byteCount: bytes.count))
        return message
    }

    /// Rows 1, 150.
    @Test func namesAreLowerCaseAndValuesAsTheyCame() throws {
        let headers = try message("X-Mixed-CASE:  A  b\tC \r\nAccept: */*").headers
        #expect(headers.names == ["x-mixed-case", "accept"])
        #expect(headers["x-mixed-case"] == "A  b\tC")
        #expect(headers["X-MIXED-Case"] == headers["x-mixed-case"], "a look-up ignores case")
        #expect(headers["nothing"] == nil && !headers.contains("nothing") && headers.contains("ACCEPT"))
    }

    /// Row 2.
    @Test(arguments: ["Accept", "Via", "Link", "X-Unknown", "Forwarded", "Cache-Control"])
    func repeatedListFieldsAreJoinedInTheOrderOfArrival(name: String) throws {
        let headers = try message("\(name): one\r\nOther: x\r\n\(name.lowercased()): two\r\n\(name): three").headers
        #expect(headers[name] == "one, two, three")
        #expect(headers.list(name) == ["one", "two", "three"])
        #expect(headers.map(\.name) == [name.lowercased(), "other"])
    }

    /// Row 3.
    @Test(arguments: [["a=1"], ["a=1", "b=2; Path=/, x", "a=1"]])
    func setCookieIsAlwaysAList(cookies: [String]) throws {
        let headers = try message(cookies.map { "Set-Cookie: \($0)" }.joined(separator: "\r\n")).headers
        #expect(headers.list("set-cookie") == cookies)
        #expect(headers.map(\.value) == [.list(cookies)])
        #expect(headers["set-cookie"] == "a=1", "the first")
    }

    /// Row 4.
    @Test func cookieLinesAreJoinedAsAUserAgentWouldHaveSentThem() throws {
        let headers = try message("Cookie: a=1\r\nCookie: b=2; c=3").headers
        #expect(headers["cookie"] == "a=1; b=2; c=3")
        #expect(headers.list("cookie") == ["a=1", "b=2; c=3"])
    }

    /// Row 5.
    @Test(arguments: [
        "content-type", "user-agent", "referer", "host", "authorization", "proxy-authorization", "if-modified-since",
        "if-unmodified-since", "from", "location", "max-forwards",
    ])
    func fieldsWithOneValueKeepTheFirst(name: String) throws {
        let message = try message("\(name): first\r\n\(name): second")
        #expect(message.headers[name] == "first")
        #expect(message.headers.map(\.value) == [.single("first")])
        #expect(message.rawHeaders == [name, "first", name, "second"], "nothing is lost")
    }

    /// Row 6.
    @Test(arguments: ["Content-Length: 5\r\nContent-Length: 5", "Content-Length: 5, 5"])
    func equalLengthsAreOne(lines: String) throws {
        #expect(try message(lines).headers["content-length"] == "5")
    }

    /// Row 151.
    @Test func rawHeadersAreExactlyWhatCame() throws {
        let message = try message("Host: a\r\nX-A: 1\r\nx-a:2\r\nHOST: b")
        #expect(message.rawHeaders == ["Host", "a", "X-A", "1", "x-a", "2", "HOST", "b"])
        #expect(message.header("X-a") == "1")
    }

    /// Row 149.
    @Test(arguments: [("GET / HTTP/1.1", "1.1", 1), ("GET / HTTP/1.0", "1.0", 0)])
    func versionIsTextAndNumbers(start: String, version: String, minor: Int) throws {
        let message = try message("Host: a", start: start)
        #expect(message.httpVersion == version)
        #expect(message.httpVersionMajor == 1 && message.httpVersionMinor == minor)
    }

    /// Rows 155, 156.
    @Test func methodAndTargetAreExactlyWhatCame() throws {
        let message = try message("Host: a", start: "M-SEARCH /a%20b?x=%2f&y=1//..#f HTTP/1.1")
        #expect(message.method == "M-SEARCH" && message.url == "/a%20b?x=%2f&y=1//..#f")
        #expect(message.statusCode == 0 && message.statusMessage.isEmpty)
    }

    /// Rows 157, 158.
    @Test func statusAndReasonAreExactlyWhatCame() throws {
        let message = try message("Server: x", start: "HTTP/1.1 404 Not  Here")
        #expect(message.statusCode == 404 && message.statusMessage == "Not  Here")
        #expect(message.method.isEmpty && message.url.isEmpty)
    }

    /// Rows 152, 153.
    @Test func trailersAreThereAtTheEndAndNotBefore() async throws {
        let seen = Shared<[String]>([])
        let rig = try ServerRig.node { server in
            server.onRequest = { message, response in
                message.onData = { [unowned message] _ in
                    let text = "\(message.rawTrailers) \(message.trailers.isEmpty)"
                    seen.update { $0.append(text) }
                }
                message.onEnd = {
                    let text = "\(message.rawTrailers) \(message.trailers["x-sum"] ?? "") \(message.trailers.count)"
                    seen.update { $0.append(text) }
                    response.end()
                }
            }
        }
        let client = try rig.connect()
        client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        client.send("3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\nOther: o\r\n\r\n")
        #expect(client.receiveText()?.hasPrefix("HTTP/1.1 200") == true)
        #expect(
            seen.value == [#"[] true"#, #"["X-Sum", "1", "x-sum", "2", "Other", "o"] 1, 2 2"#])
        await rig.close()
    }

    /// Row 160.
    @Test func foldedLinesAreRefused() async throws {
        let text = try await ServerRig.answer(to: "GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\n\t2\r\n\r\n") { _, response in
            response.end("not to be served")
        }
        #expect(text?.hasPrefix("HTTP/1.1 400 Bad Request\r\n") == true)
        #expect(text?.contains("not to be served") == false)
    }
}
