import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// How requests and their bodies are framed and sent.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ClientBodyTests {
    private func options(_ origin: RecordingOrigin, _ method: String = "POST", _ headers: HeaderFields = [:])
        -> RequestOptions
    {
        RequestOptions(hostname: "127.0.0.1", port: origin.port, method: method, headers: headers)
    }

    /// What the origin received of a request that `body` writes.
    private func sent(
        _ method: String = "POST", _ headers: HeaderFields = [:],
        _ body: @escaping @Sendable (ClientRequest) throws -> Void
    ) async throws -> String {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run { [self] in
            let request = try HTTP.request(options(origin, method, headers))
            try body(request)
            return request
        }
        #expect(told.status == 200)
        try await rig.close()
        origin.end()
        return origin.requests.first ?? ""
    }

    /// Rows 101, 136.
    @Test(arguments: ["POST", "PUT", "PATCH", "X-NEW"])
    func aBodyThatIsWrittenInPiecesIsChunked(method: String) async throws {
        let text = try await sent(method) { request in
            request.write("one")
            request.write(Array("second".utf8))
            request.end()
        }
        #expect(text.value(ofField: "Transfer-Encoding: ") == "chunked")
        #expect(text.value(ofField: "Content-Length: ") == nil)
        // There was no socket yet: what was written waited, and is one chunk.
        #expect(text.hasSuffix("\r\n\r\n9\r\nonesecond\r\n0\r\n\r\n"))
    }

    /// Rows 101, 137.
    @Test func aBodyGivenToEndIsSentWithItsLength() async throws {
        let text = try await sent { $0.end("grüß") }
        #expect(text.value(ofField: "Content-Length: ") == "6")
        #expect(text.hasSuffix("\r\n\r\ngrüß"))
    }

    /// Row 101.
    @Test(arguments: ["GET", "HEAD", "DELETE", "OPTIONS"])
    func aMethodWithoutABodySaysNothingOfOne(method: String) async throws {
        let origin = try RecordingOrigin("HTTP/1.1 204 No Content\r\n\r\n")
        let rig = try ClientRig()
        _ = try await rig.get { [self] in options(origin, method) }
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.contains("Transfer-Encoding") == false)
        #expect(origin.requests.first?.contains("Content-Length") == false)
    }

    /// Row 101.
    @Test func aPOSTWithoutABodySaysSo() async throws {
        #expect(try await sent { $0.end() }.value(ofField: "Content-Length: ") == "0")
    }

    /// Row 101.
    @Test func aBodyOfAGETIsFramedAllTheSame() async throws {
        let text = try await sent("GET") { request in
            request.write("x")
            request.end()
        }
        #expect(text.hasSuffix("\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
    }

    /// Row 98.
    @Test func contentLengthDisablesChunked() async throws {
        let text = try await sent("POST", ["Content-Length": "6"]) { request in
            request.write("abc")
            request.end("def")
        }
        #expect(text.value(ofField: "Transfer-Encoding: ") == nil)
        #expect(text.hasSuffix("\r\n\r\nabcdef"))
    }

    /// Row 98.
    @Test(arguments: [
        ["Content-Length": "x"], ["Content-Length": "-1"], ["Content-Length": "1", "content-length": "2"],
    ])
    func aContentLengthThatIsNoNumberIsNotSent(headers: [String: String]) async throws {
        let text = try await sent("POST", HeaderFields(headers.map { ($0, $1) })) { $0.end("abc") }
        #expect(text.value(ofField: "Content-Length: ") == "3" && text.hasSuffix("\r\n\r\nabc"))
    }

    /// Row 98.
    @Test func aBodyShorterThanItsContentLengthBreaksTheExchange() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run { [self] in
            let request = try HTTP.request(options(origin, "POST", ["Content-Length": "9"]))
            request.end("abc")
            return request
        }
        #expect(told.failure?.kind == .aborted && told.status == nil)
        try await rig.close()
        origin.end()
    }

    /// Row 96.
    @Test func nothingIsSentBeforeTheFirstWriteOrEnd() async throws {
        let seen = Shared("")
        let origin = try ScriptedOrigin { client, _ in
            let first = client.receive(1)
            seen.update { $0 = String(decoding: first.bytes, as: UTF8.self) }
            _ = client.receive(until: "\r\n\r\n")
            client.send("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            told.follow(try HTTP.request(RequestOptions(hostname: "127.0.0.1", port: origin.address.port)))
        }
        #expect(await rig.until { told.events == ["socket"] })
        // The origin has had the connection, and nothing on it.
        #expect(seen.value.isEmpty)
        try await rig.on { told.request?.end() }
        await rig.over(told)
        #expect(told.status == 204)
        try await rig.close()
        origin.end()
    }

    /// Row 96.
    @Test func aSecondEndDoesNothing() async throws {
        let text = try await sent { request in
            request.end("a")
            request.end()
        }
        #expect(text.hasSuffix("\r\n\r\na"))
    }

    /// Row 136.
    @Test func aWriteAfterTheEndIsReportedAndDropped() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run { [self] in
            let request = try HTTP.request(options(origin))
            request.end("a")
            #expect(!request.write("b"))
            return request
        }
        #expect(told.events.contains("error ERR_STREAM_WRITE_AFTER_END") && told.text == "ok")
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.hasSuffix("\r\n\r\na") == true)
    }

    /// Row 136.
    @Test func anEmptyWriteSendsNoLastChunk() async throws {
        let text = try await sent { request in
            request.write("")
            request.write([UInt8]())
            request.write("x")
            request.end()
        }
        #expect(text.hasSuffix("\r\n\r\n1\r\nx\r\n0\r\n\r\n"))
    }

    /// Rows 72, 136.
    @Test func writingBeforeThereIsASocketIsHeldBackAndDrains() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = Told()
        let answers = try await rig.on { [self] in
            let request = try HTTP.request(options(origin))
            told.follow(request)
            let block = [UInt8](repeating: 97, count: 10_000)
            return [request.write(block), request.write(block)]
        }
        #expect(answers == [true, false])
        #expect(await rig.until { told.events.contains("drain") })
        try await rig.on { told.request?.end() }
        await rig.over(told)
        #expect(told.events.filter { $0 == "drain" }.count == 1)
        try await rig.close()
        origin.end()
        #expect(origin.requests.first?.count { $0 == "a" } ?? 0 >= 20_000)
    }

    /// Row 136.
    @Test func aSlowOriginHoldsTheWriterBack() async throws {
        let isReading = Shared(false)
        let received = Shared(0)
        let origin = try ScriptedOrigin { client, _ in
            while !isReading.value { usleep(1_000) }
            var count = 0
            while count < 8 << 20 {
                let got = client.receive(65_536)
                count += got.bytes.count
                if got.end != .open { break }
            }
            let total = count
            received.update { $0 = total }
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = client.receive()
        }
        let rig = try ClientRig()
        let told = Told()
        let block = [UInt8](repeating: 1, count: 1 << 20)
        try await rig.on {
            var options = RequestOptions(hostname: "127.0.0.1", port: origin.address.port, method: "PUT")
            options.headers = ["Content-Length": "\(16 << 20)"]
            let request = try HTTP.request(options)
            told.follow(request)
            request.onSocket = { _ in while request.write(block) {} }
            request.onDrain = { told.note("drain") }
        }
        isReading.update { $0 = true }
        #expect(await rig.until { told.events.contains("drain") })
        try await rig.on { told.request?.abort() }
        await rig.over(told)
        try await rig.close()
        origin.end()
    }

    /// Row 99.
    @Test func expectSendsTheHeadAtOnce() async throws {
        let origin = try ScriptedOrigin { client, _ in
            guard client.receive(until: "\r\n\r\n").contains("Expect: 100-continue") else { return }
            client.send("HTTP/1.1 100 Continue\r\n\r\n")
            let body = client.receive(until: "0\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            _ = client.receive()
        }
        let rig = try ClientRig()
        let told = try await rig.run {
            var options = RequestOptions(hostname: "127.0.0.1", port: origin.address.port, method: "POST")
            options.headers = ["Expect": "100-continue"]
            return try HTTP.request(options)
        } continuing: { request in
            request.end("body")
        }
        #expect(told.text == "4\r\nbody\r\n0\r\n\r\n")
        #expect(
            told.events.filter { $0 != "finish" } == [
                "socket", "continue", "information 100", "response 200", "end", "close",
            ])
        try await rig.close()
        origin.end()
    }

    /// Row 144.
    @Test func flushHeadersSendsTheHeadWithoutABody() async throws {
        let origin = try ScriptedOrigin { client, _ in
            guard client.receive(until: "\r\n\r\n").hasSuffix("\r\n\r\n") else { return }
            client.send("HTTP/1.1 102 Processing\r\n\r\n")
            _ = client.receive(until: "0\r\n\r\n")
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = client.receive()
        }
        let rig = try ClientRig()
        let told = Told()
        try await rig.on {
            let request = try HTTP.request(
                RequestOptions(hostname: "127.0.0.1", port: origin.address.port, method: "POST"))
            told.follow(request)
            #expect(!request.headersSent)
            request.flushHeaders()
            #expect(request.headersSent)
        }
        #expect(await rig.until { told.events.contains("information 102") })
        try await rig.on { told.request?.end("x") }
        await rig.over(told)
        #expect(told.status == 200)
        try await rig.close()
        origin.end()
    }

    /// Row 137.
    @Test func finishIsToldOnceEverythingIsSent() async throws {
        let origin = try RecordingOrigin()
        let rig = try ClientRig()
        let told = try await rig.run { [self] in
            let request = try HTTP.request(options(origin))
            request.end("x")
            return request
        }
        #expect(told.events == ["socket", "finish", "response 200", "end", "close"])
        try await rig.close()
        origin.end()
    }

    /// Row 125.
    @Test func theHeadIsMutableUntilItIsSent() async throws {
        let text = try await sent("GET", ["X-A": "1", "X-C": "gone"]) { request in
            try request.setHeader("x-a", "2")
            try request.setHeader("X-B", ["3", "4"])
            try request.removeHeader("x-c")
            #expect(request.getHeader("X-a") == "2" && request.getHeader("x-b") == "3, 4")
            #expect(request.getHeader("X-C") == nil)
            request.end()
            #expect(throws: OutgoingError.headersSent) { try request.setHeader("X-D", "5") }
            #expect(throws: OutgoingError.headersSent) { try request.removeHeader("X-A") }
        }
        let lines = text.lines
        #expect(lines.contains("x-a: 2") && lines.contains("X-B: 3") && lines.contains("X-B: 4"))
        #expect(!text.contains("X-C") && !text.contains("X-D"))
    }

    /// Row 125.
    @Test func aFieldThatWouldBreakOutOfItsLineIsRefused() async throws {
        _ = try await sent("GET") { request in
            #expect(throws: OutgoingError.illegalValue(name: "X")) { try request.setHeader("X", "a\nb") }
            #expect(throws: OutgoingError.illegalName("X:")) { try request.setHeader("X:", "a") }
            request.end()
        }
    }

    /// Row 125.
    @Test func aHeadLargerThanABlockIsSentWhole() async throws {
        let value = String(repeating: "v", count: 3_000)
        let text = try await sent("GET") { request in
            for index in 0..<20 { try request.setHeader("X-\(index)", value) }
            request.end()
        }
        #expect(text.lines.filter { $0.hasSuffix(value) }.count == 20)
    }
}
