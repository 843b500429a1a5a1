import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// Messages read from a socket in two pieces, cut at every byte.
@Suite(.ownThread) struct MessageReaderTests {
    /// A reader on a socket pair whose loop does not run: each step is taken by the test.
    private final class Bench {
        let loop: EventLoop
        let peer: Peer
        let socket: Socket
        var reader: MessageReader
        let message = IncomingMessage(limits: .standard)
        var log: [String] = []
        /// Payload of the message under way, whatever pieces it came in.
        var payload: [UInt8] = []

        init(_ kind: HeadParser.Kind = .response) throws {
            loop = try EventLoop()
            let pair = try Peer.pair()
            peer = pair.peer
            socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
            reader = MessageReader(kind: kind)
        }

        deinit {
            reader.discard(loop)
            socket.close()
        }

        /// Sends bytes and works through what they bring. `framing` frames each message.
        func feed(_ bytes: ArraySlice<UInt8>, framing: BodyFraming) throws {
            peer.send(Array(bytes))
            while case .bytes = reader.fill(socket) { try step(framing) }
        }

        func step(_ framing: BodyFraming) throws {
            while true {
                switch try reader.next(into: message) {
                case .needMore: return reader.releaseIfEmpty(loop)
                case .head:
                    log.append("head \(message.head.status)")
                    reader.begin(body: framing)
                case .data(let bytes): payload += bytes
                case .end:
                    log.append("body \(String(decoding: payload, as: UTF8.self))")
                    if let trailers = message.trailerHead { log.append("trailers \(trailers.fieldCount)") }
                    payload = []
                    message.reset()
                    reader.expectHead()
                }
            }
        }
    }

    /// Feeds `text` in two pieces, for each place to cut it.
    private func cutEverywhere(_ text: String, _ framing: BodyFraming, expect log: [String]) throws {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            let bench = try Bench()
            try bench.feed(bytes[..<cut], framing: framing)
            try bench.feed(bytes[cut...], framing: framing)
            #expect(bench.log == log, "cut at \(cut)")
            #expect(!bench.reader.hasBytes && bench.loop.buffers.inUse == 0, "cut at \(cut)")
        }
    }

    @Test func messageWithoutBodyEndsWithItsHead() throws {
        try cutEverywhere("HTTP/1.1 204 No\r\nA: b\r\n\r\n", .none, expect: ["head 204", "body "])
    }

    @Test func lengthOfZeroEndsWithTheHeadToo() throws {
        try cutEverywhere("HTTP/1.1 200 OK\r\n\r\n", .length(0), expect: ["head 200", "body "])
    }

    @Test func sizedBodyEndsWithItsLastByte() throws {
        try cutEverywhere("HTTP/1.1 200 OK\r\nA: b\r\n\r\nhello", .length(5), expect: ["head 200", "body hello"])
    }

    @Test func pipelinedSizedMessagesAreKeptApart() throws {
        try cutEverywhere(
            "HTTP/1.1 200 OK\r\n\r\nabcHTTP/1.1 404 No\r\n\r\ndefHTTP/1.1 500 X\r\n\r\nghi", .length(3),
            expect: ["head 200", "body abc", "head 404", "body def", "head 500", "body ghi"])
    }

    @Test func chunkedBodyGivesPayloadAlone() throws {
        try cutEverywhere(
            "HTTP/1.1 200 OK\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n", .chunked,
            expect: ["head 200", "body abc0123456789"])
    }

    @Test func trailersFollowTheLastChunkAndTheNextMessageFollowsThem() throws {
        try cutEverywhere(
            "HTTP/1.1 200 OK\r\n\r\n1\r\na\r\n0\r\nT: one\r\nU: two\r\n\r\nHTTP/1.1 201 OK\r\n\r\n0\r\n\r\n", .chunked,
            expect: ["head 200", "body a", "trailers 2", "head 201", "body ", "trailers 0"].filter {
                $0 != "trailers 0"
            })
    }

    @Test func bodyUntilCloseEndsWithTheStreamAlone() throws {
        let bytes = Array("HTTP/1.0 200 OK\r\n\r\nall of it".utf8)
        for cut in 0...bytes.count {
            let bench = try Bench()
            try bench.feed(bytes[..<cut], framing: .untilClose)
            try bench.feed(bytes[cut...], framing: .untilClose)
            #expect(bench.log == ["head 200"])
            bench.peer.finish()
            let result = bench.reader.fill(bench.socket)
            #expect(result == .ended)
            let endsMessage = bench.reader.endOfStream()
            #expect(endsMessage)
            try bench.step(.untilClose)
            #expect(bench.log == ["head 200", "body all of it"])
        }
    }

    @Test(arguments: ["HTTP/1.1 200", "HTTP/1.1 200 OK\r\n\r\nabc", ""])
    func endOfStreamAnywhereElseIsNoEndOfAMessage(text: String) throws {
        let bench = try Bench()
        try bench.feed(Array(text.utf8)[...], framing: .length(5))
        let endsMessage = bench.reader.endOfStream()
        #expect(!endsMessage)
    }

    @Test func bytesBehindAMessageWithoutBodyAreLeftToTheCaller() throws {
        let bench = try Bench(.request)
        bench.peer.send("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n\u{16}\u{3}early")
        _ = bench.reader.fill(bench.socket)
        guard case .head = try bench.reader.next(into: bench.message) else {
            Issue.record("no head")
            return
        }
        bench.reader.begin(body: .none)
        #expect(Array(bench.reader.bytes) == Array("\u{16}\u{3}early".utf8))
        #expect(!bench.reader.isDrained)
    }

    @Test func malformedChunkIsAFailureAtEveryCut() throws {
        let bytes = Array("HTTP/1.1 200 OK\r\n\r\n1\r\naXX".utf8)
        for cut in 0...bytes.count {
            let bench = try Bench()
            #expect(throws: MessageReader.Failure.self, "cut at \(cut)") {
                try bench.feed(bytes[..<cut], framing: .chunked)
                try bench.feed(bytes[cut...], framing: .chunked)
            }
        }
    }

    @Test func splicedBytesCountTowardsTheBodyAndItsEndIsSaidApart() throws {
        let bench = try Bench()
        try bench.feed(Array("HTTP/1.1 200 OK\r\n\r\nab".utf8)[...], framing: .length(10))
        #expect(bench.reader.remaining == 8 && bench.reader.isSized)
        bench.reader.skip(8)
        #expect(bench.log == ["head 200"], "the bytes may still be in the pipe")
        bench.reader.skippedAll()
        try bench.step(.length(10))
        #expect(bench.log == ["head 200", "body ab"])
    }

    @Test func blockIsFullOnlyWhenItsBytesAreNotTaken() throws {
        let bench = try Bench()
        bench.peer.send("HTTP/1.1 200 OK\r\n\r\n")
        _ = bench.reader.fill(bench.socket)
        _ = try bench.reader.next(into: bench.message)
        bench.reader.begin(body: .untilClose)
        let writer = JoinableThread { [peer = bench.peer] in peer.send([UInt8](repeating: 1, count: 200_000)) }
        var total = 0
        while !bench.reader.isFull { if case .bytes(let count) = bench.reader.fill(bench.socket) { total += count } }
        #expect(total == Block.capacity)
        while total < 200_000 {
            while case .data(let bytes) = try bench.reader.next(into: bench.message) {
                #expect(bytes.allSatisfy { $0 == 1 })
            }
            if case .bytes(let count) = bench.reader.fill(bench.socket) { total += count }
        }
        writer.join()
        #expect(total == 200_000)
    }
}
