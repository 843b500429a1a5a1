import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

/// A fast transfer that has emptied its source waits for more than a byte, and never in vain.
@Suite struct BulkWaitTests {
    /// A flow between two TCP connections, moved step by step: what the far end gets is counted.
    private final class Bench: SocketOwner {
        let loop: EventLoop
        let source: Socket
        let sink: Socket
        let origin: CInt
        let client: CInt
        var flow = Flow()
        var limit: UInt64?
        var outcome: Flow.Outcome?
        var received = 0

        init(limit: UInt64? = nil) throws {
            self.limit = limit
            loop = try EventLoop()
            let (near, far) = (try TCPPair(), try TCPPair())
            (origin, client) = (near.peer, far.peer)
            source = try Socket(loop: loop, descriptor: OwnedDescriptor(near.engine))
            sink = try Socket(loop: loop, descriptor: OwnedDescriptor(far.engine))
            source.owner = self
            sink.owner = self
            for fd in [origin, client] { _ = fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) }
        }

        deinit {
            flow.release(loop)
            source.close()
            sink.close()
            close(origin)
            close(client)
        }

        func socketReadable(_ socket: Socket) {
            guard socket === source else { return socket.pauseReading() }
            let before = flow.movedBytes
            outcome = flow.run(from: source, to: sink, limit: limit)
            limit? -= flow.movedBytes - before
        }
        func socketBlocked(_ socket: Socket) { source.pauseReading() }
        func socketDrained(_ socket: Socket) { source.resumeReading() }
        func socketFailed(_ socket: Socket, _ error: Errno) {}

        /// Sends `count` bytes and steps until all bytes sent so far have arrived; false when they do not.
        func pass(_ count: Int) -> Bool {
            let wanted = received + count
            var left = count
            let bytes = [UInt8](repeating: 1, count: 65_536)
            for _ in 0..<2_000 {
                if left > 0 { left -= max(0, write(origin, bytes, min(left, bytes.count))) }
                loop.runTurn(timeoutMs: 5)
                drain()
                if received == wanted { return true }
            }
            return false
        }

        private func drain() {
            withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 1) { room in
                while true {
                    let count = read(client, room.baseAddress, room.count)
                    guard count > 0 else { return }
                    received += count
                }
            }
        }

        /// Moves enough for a fast transfer, and then nothing: more may be on its way.
        func run() -> Bool { pass(4 << 20) && outcome == .idle }

        /// Bytes that the source's owner is not woken below.
        var awaited: CInt { option(source.fd, SOL_SOCKET, SO_RCVLOWAT) }
    }

    @Test func whatStaysBelowIsMovedAfterAMoment() throws {
        let bench = try Bench()
        #expect(bench.run())
        bench.source.awaitBulk(Int(Flow.wakeBytes))
        #expect(bench.awaited == CInt(Flow.wakeBytes))
        #expect(bench.pass(5))
        #expect(bench.awaited == 1)
    }

    @Test func aFastTransferWaitsForManyBytes() throws {
        let bench = try Bench()
        #expect(bench.pass(4 << 20))
        // All of it is in the kernel before the flow looks: what it finds then is a fast transfer that has paused.
        bench.source.pauseReading()
        let bytes = [UInt8](repeating: 1, count: 128 << 10)
        #expect(write(bench.origin, bytes, bytes.count) == bytes.count)
        while bench.loop.runTurn(timeoutMs: 20) > 0 {}
        bench.source.awaitAny()
        bench.source.readSoon()
        bench.loop.runTurn()
        #expect(bench.outcome == .idle)
        #expect(bench.awaited == CInt(Flow.wakeBytes))
    }

    @Test func theLastBytesOfABodyAreNotWaitedForInVain() throws {
        let bench = try Bench(limit: (128 << 10) + 100)
        let bytes = [UInt8](repeating: 1, count: 128 << 10)
        bench.source.pauseReading()
        #expect(write(bench.origin, bytes, bytes.count) == bytes.count)
        while bench.loop.runTurn(timeoutMs: 20) > 0 {}
        bench.source.readSoon()
        bench.loop.runTurn()
        #expect(bench.awaited == 100)
        #expect(write(bench.origin, bytes, 100) == 100)
        for _ in 0..<200 where bench.outcome != .complete { bench.loop.runTurn(timeoutMs: 5) }
        #expect(bench.outcome == .complete)
        #expect(bench.awaited == 1)
    }

    @Test func aSlowTransferIsWokenForEveryByte() throws {
        let bench = try Bench()
        #expect(bench.run())
        for _ in 0..<50 { #expect(bench.pass(8_000)) }
        #expect(bench.awaited == 1)
    }

    @Test func theEndOfTheSourceIsHeardAtOnce() throws {
        let bench = try Bench()
        #expect(bench.run())
        bench.source.awaitBulk(Int(Flow.wakeBytes))
        #expect(shutdown(bench.origin, CInt(SHUT_WR)) == 0)
        for _ in 0..<200 where bench.outcome != .ended { bench.loop.runTurn(timeoutMs: 5) }
        #expect(bench.outcome == .ended)
    }

    @Test func aSocketThatIsHandedOnWaitsForAnyByte() throws {
        let bench = try Bench()
        #expect(bench.run())
        bench.source.awaitBulk(Int(Flow.wakeBytes))
        guard let descriptor = bench.source.detach() else {
            Issue.record("output is queued")
            return
        }
        #expect(option(descriptor.raw, SOL_SOCKET, SO_RCVLOWAT) == 1)
    }
}
