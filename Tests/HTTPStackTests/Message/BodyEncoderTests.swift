import Engine
import HTTPWire
import TestSupport
import Testing

@testable import HTTPStack

/// What a body looks like on the wire.
@Suite(.ownThread) struct BodyEncoderTests {
    /// Runs `body` against a socket and returns what the far end got.
    private func wire(_ framing: BodyFraming, _ body: (inout BodyEncoder, Socket) -> Void) throws -> String {
        let loop = try EventLoop()
        let pair = try Peer.pair()
        let socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
        var encoder = BodyEncoder(framing)
        body(&encoder, socket)
        socket.flush()
        socket.close()
        #expect(loop.buffers.inUse == 0)
        return String(decoding: pair.peer.receive().bytes, as: UTF8.self)
    }

    private func write(_ text: String, _ encoder: inout BodyEncoder, _ socket: Socket) {
        Array(text.utf8).withUnsafeBytes { encoder.write($0, to: socket) }
    }

    private func end(_ encoder: inout BodyEncoder, _ socket: Socket, trailers: MessageHead? = nil, whole: Bool = true) {
        let message = IncomingMessage(limits: .standard)
        message.trailerHead = trailers
        let isWhole = encoder.end(trailersOf: message, to: socket)
        #expect(isWhole == whole)
    }

    @Test func sizedBodyIsWrittenAsItIs() throws {
        let got = try wire(.length(6)) { encoder, socket in
            write("abc", &encoder, socket)
            #expect(encoder.remaining == 3)
            write("def", &encoder, socket)
            end(&encoder, socket)
            #expect(encoder.payloadBytes == 6)
        }
        #expect(got == "abcdef")
    }

    @Test func bytesBeyondTheLengthAreDropped() throws {
        let got = try wire(.length(4)) { encoder, socket in
            write("abcdef", &encoder, socket)
            write("ghi", &encoder, socket)
            end(&encoder, socket)
            #expect(encoder.payloadBytes == 4)
        }
        #expect(got == "abcd")
    }

    @Test func bodyShorterThanItsLengthIsBroken() throws {
        _ = try wire(.length(4)) { encoder, socket in
            write("abc", &encoder, socket)
            end(&encoder, socket, whole: false)
        }
    }

    @Test func eachPieceIsAChunkAndAnEmptyPieceIsNone() throws {
        let got = try wire(.chunked) { encoder, socket in
            write("abc", &encoder, socket)
            write("", &encoder, socket)
            write("0123456789abcdef0", &encoder, socket)
            end(&encoder, socket)
            #expect(encoder.payloadBytes == 20)
        }
        #expect(got == "3\r\nabc\r\n11\r\n0123456789abcdef0\r\n0\r\n\r\n")
    }

    @Test func largeChunkIsWholeBetweenItsSizeAndItsEnd() throws {
        let text = String(repeating: "x", count: 50_000)
        let got = try wire(.chunked) { encoder, socket in
            write(text, &encoder, socket)
            end(&encoder, socket)
        }
        #expect(got == "c350\r\n\(text)\r\n0\r\n\r\n")
    }

    @Test func trailersFollowTheLastChunkWithoutThoseThatMustNot() throws {
        let trailers = MessageHead(limits: .standard)
        var parser = HeadParser(kind: .trailers)
        let text = Array("Digest: x\r\nContent-Length: 9\r\nConnection: close\r\nx-last: y\r\n\r\n".utf8)
        let got = try text.withUnsafeBytes { bytes in
            _ = try parser.parse(bytes, into: trailers)
            return try wire(.chunked) { encoder, socket in
                write("a", &encoder, socket)
                end(&encoder, socket, trailers: trailers)
            }
        }
        #expect(got == "1\r\na\r\n0\r\nDigest: x\r\nx-last: y\r\n\r\n")
    }

    @Test func bodyUntilCloseIsWrittenAsItIs() throws {
        let got = try wire(.untilClose) { encoder, socket in
            write("abc", &encoder, socket)
            end(&encoder, socket)
        }
        #expect(got == "abc")
    }

    @Test func messageWithoutBodyDropsPayload() throws {
        let got = try wire(.none) { encoder, socket in
            write("abc", &encoder, socket)
            end(&encoder, socket)
            #expect(encoder.payloadBytes == 0)
        }
        #expect(got.isEmpty)
    }

    @Test func splicedBytesCountAsPayload() {
        var encoder = BodyEncoder(.length(10))
        encoder.skip(7)
        #expect(encoder.remaining == 3 && encoder.payloadBytes == 7 && encoder.isSized)
    }
}
