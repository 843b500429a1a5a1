import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// A socket in a program's hands, against a peer that the test plays, on a loop that the test turns.
@Suite struct SocketFaceTests {
    /// A socket and its peer; the loop holds a reference while the socket is the program's.
    private final class Bench {
        let loop: EventLoop
        let peer: Peer
        let socket: Socket
        var events: [String] = []

        init() throws {
            let loop = try EventLoop()
            self.loop = loop
            let (near, far) = try Bench.pair()
            peer = Peer(far)
            socket = try Socket(loop: loop, descriptor: OwnedDescriptor(near))
        }

        static func pair() throws -> (CInt, CInt) {
            var ends: [CInt] = [-1, -1]
            guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0 else { throw Errno.last }
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            return (ends[0], ends[1])
        }

        func listen() {
            socket.onData = { [unowned self] in events.append("data " + String(decoding: $0, as: UTF8.self)) }
            socket.onEnd = { [unowned self] in events.append("end") }
            socket.onError = { [unowned self] _ in events.append("error") }
            socket.onClose = { [unowned self] in events.append("close") }
        }

        func turn(_ count: Int = 3) { for _ in 0..<count { loop.runTurn() } }
    }

    @Test func dataEndAndCloseComeInThisOrder() throws {
        let bench = try Bench()
        bench.listen()
        bench.peer.send("hello")
        bench.peer.finish()
        bench.turn()
        #expect(bench.events == ["data hello", "end"], "this side has not ended")
        bench.socket.write("bye")
        bench.socket.end()
        bench.turn()
        #expect(bench.events == ["data hello", "end", "close"])
        #expect(bench.peer.receiveText() == "bye")
    }

    @Test func withoutAnEndListenerBothSidesEndTogether() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.onEnd = nil
        bench.peer.finish()
        bench.turn()
        #expect(bench.events == ["close"])
        #expect(bench.peer.receiveText() == "")
    }

    @Test func ownEndLeavesReadingOpen() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.end()
        bench.peer.send("late")
        bench.turn()
        #expect(bench.events == ["data late"])
        bench.peer.finish()
        bench.turn()
        #expect(bench.events == ["data late", "end", "close"])
    }

    @Test func endWithoutAListenerDropsWhatComesAndClosesWithThePeer() throws {
        let bench = try Bench()
        // As it is handed over after CONNECT.
        bench.socket.pauseReading()
        bench.peer.send("early")
        bench.socket.onClose = { [unowned bench] in bench.events.append("close") }
        bench.socket.write("no")
        bench.socket.end()
        bench.turn()
        #expect(bench.events == [])
        bench.peer.finish()
        bench.turn()
        #expect(bench.events == ["close"])
        #expect(bench.peer.receiveText() == "no")
    }

    @Test func peerThatNeverEndsIsLetGoOfWhenNobodyListens() throws {
        let bench = try Bench()
        bench.socket.onClose = { [unowned bench] in bench.events.append("close") }
        let events = try #require(bench.socket.owner as? SocketEvents)
        events.lingerMs = 5
        bench.socket.end()
        for _ in 0..<1_000 where bench.events.isEmpty { bench.loop.runTurn(timeoutMs: 5) }
        #expect(bench.events == ["close"])
    }

    @Test func peerThatSendsWithoutEndIsLetGoOfWhenNobodyListens() throws {
        let bench = try Bench()
        bench.socket.onClose = { [unowned bench] in bench.events.append("close") }
        bench.socket.end()
        bench.turn()
        let block = [UInt8](repeating: 1, count: 65_536)
        for _ in 0..<100 where bench.events.isEmpty {
            _ = bench.peer.sendWithoutWaiting(block[...])
            bench.turn()
        }
        #expect(bench.events == ["close"])
    }

    @Test func pausedSocketThatHasEndedWaitsForItsProgram() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.onData = nil
        bench.socket.pause()
        bench.socket.end()
        bench.peer.send("answer")
        bench.peer.finish()
        bench.turn()
        #expect(bench.events == [])
        bench.socket.onData = { [unowned bench] in bench.events.append("data \(String(decoding: $0, as: UTF8.self))") }
        bench.turn()
        #expect(bench.events == ["data answer", "end", "close"])
    }

    @Test func nothingIsReadWhilePaused() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.pause()
        bench.peer.send("x")
        bench.turn()
        #expect(bench.events == [])
        bench.socket.resume()
        bench.turn()
        #expect(bench.events == ["data x"])
        bench.socket.destroy()
        bench.turn()
    }

    @Test func destroyIsFollowedByCloseAlone() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.destroy()
        #expect(bench.events == [], "not inside the call")
        bench.turn()
        bench.socket.destroy()
        bench.turn()
        #expect(bench.events == ["close"])
        #expect(bench.socket.write("x") == false)
    }

    @Test func writeTellsWhenToStopAndDrainWhenToGoOn() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.onDrain = { [unowned bench] in bench.events.append("drain") }
        let piece = [UInt8](repeating: 0x61, count: 65_536)
        var written = 0
        for _ in 0..<1_000 {
            written += piece.count
            if !bench.socket.write(piece) { break }
        }
        #expect(written < 1_000 * piece.count)
        let reader = JoinableThread { [peer = bench.peer, written] in _ = peer.receive(written) }
        for _ in 0..<10_000 where bench.events.isEmpty { bench.loop.runTurn(timeoutMs: 1) }
        #expect(bench.events == ["drain"])
        reader.join()
        bench.socket.destroy()
        bench.turn()
    }

    @Test func timeoutInformsAndDoesNothingElse() throws {
        let bench = try Bench()
        bench.listen()
        bench.socket.setTimeout(5) { [unowned bench] in bench.events.append("timeout") }
        for _ in 0..<1_000 where bench.events.isEmpty { bench.loop.runTurn(timeoutMs: 5) }
        #expect(bench.events.first == "timeout")
        #expect(!bench.socket.isClosed)
        bench.socket.destroy()
        bench.turn()
    }

    @Test func pipedSocketsCarryBothWaysAndEndWithEachOther() throws {
        let first = try Bench()
        let (near, far) = try Bench.pair()
        let other = try Socket(loop: first.loop, descriptor: OwnedDescriptor(near))
        let peer = Peer(far)
        first.socket.pipe(to: other)
        other.pipe(to: first.socket)
        first.peer.send("ping")
        first.turn()
        #expect(peer.receive(until: "ping") == "ping")
        peer.send("pong")
        peer.finish()
        first.turn()
        #expect(first.peer.receiveText() == "pong")
        first.peer.send("still")
        first.peer.finish()
        first.turn()
        #expect(peer.receiveText() == "still", "the other direction lived on")
        first.turn()
        #expect(first.socket.isClosed && other.isClosed)
    }

    @Test func aSlowSinkHoldsItsSourceBack() throws {
        let first = try Bench()
        let (near, far) = try Bench.pair()
        let sink = try Socket(loop: first.loop, descriptor: OwnedDescriptor(near))
        let reader = Peer(far)
        first.socket.pipe(to: sink)
        let size = 4_000_000
        let sending = JoinableThread { [peer = first.peer] in
            peer.send([UInt8](repeating: 0x62, count: size))
            peer.finish()
        }
        first.turn(200)
        #expect(sink.queuedBytes < 200_000, "what is queued stays bounded")
        let received = Shared(0)
        let reading = JoinableThread { received.update { $0 = reader.receive().bytes.count } }
        for _ in 0..<10_000 where !sink.isShut || sink.queuedBytes > 0 { first.loop.runTurn(timeoutMs: 1) }
        sending.join()
        reading.join()
        #expect(received.value == size)
        first.socket.destroy()
        sink.destroy()
        first.turn()
        #expect(first.loop.buffers.inUse == 0)
    }

    @Test func theLoopWaitsForASocketInUse() throws {
        let bench = try Bench()
        bench.listen()
        bench.peer.send("x")
        bench.peer.finish()
        bench.socket.onEnd = { [unowned bench] in bench.socket.end() }
        bench.loop.runUntilUnreferenced()
        #expect(bench.events == ["data x", "close"])
    }
}
