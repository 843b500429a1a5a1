import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct FlowTests {
    /// A source and a sink with a flow between them, driven as a relay does it.
    private final class Relay: SocketOwner {
        let loop: EventLoop
        let watchdog: Watchdog
        let near: SocketPair
        let far: SocketPair
        let source: Socket
        let sink: Socket
        var flow = Flow()
        var limit: UInt64?
        var outcomes: [Flow.Outcome] = []
        /// Where the flow came to its end.
        var end: Flow.Outcome?
        var mostHeld = 0

        init(sinkBufferBytes: CInt? = nil) throws {
            loop = try EventLoop()
            watchdog = Watchdog(loop)
            near = try SocketPair()
            far = try SocketPair()
            if let sinkBufferBytes { _ = clinux_set_option(far.first, SOL_SOCKET, SO_SNDBUF, sinkBufferBytes) }
            source = try Socket(loop: loop, descriptor: OwnedDescriptor(near.takeFirst()))
            sink = try Socket(loop: loop, descriptor: OwnedDescriptor(far.takeFirst()))
            source.owner = self
            sink.owner = self
        }

        func run() {
            guard end == nil else { return }
            let before = flow.movedBytes
            let outcome = flow.run(from: source, to: sink, limit: limit)
            if limit != nil { limit? -= flow.movedBytes - before }
            outcomes.append(outcome)
            mostHeld = max(mostHeld, flow.heldBytes + sink.queuedBytes)
            switch outcome {
            case .ended, .complete, .readFailed, .writeFailed:
                end = outcome
                sink.endWriting()
            case .idle, .blocked, .yielded: break
            }
        }

        func close() {
            flow.release(loop)
            source.close()
            sink.close()
        }

        func socketReadable(_ socket: Socket) {
            if socket === source { run() } else { socket.pauseReading() }
        }
        func socketBlocked(_ socket: Socket) { if socket === sink { source.pauseReading() } }
        func socketDrained(_ socket: Socket) {
            guard socket === sink else { return }
            source.resumeReading()
            run()
        }
        func socketFailed(_ socket: Socket, _ error: Errno) {}
    }

    /// Writes a known stream into the source's far end as fast as that takes it, then ends it.
    private final class Producer: EventHandler {
        let loop: EventLoop
        let pair: SocketPair
        var left: Int
        var generator = SplitMix(seed: 11)
        var digest = Digest()
        private var rest: ArraySlice<UInt8> = []

        init(_ loop: EventLoop, _ pair: SocketPair, bytes: Int) {
            self.loop = loop
            self.pair = pair
            left = bytes
        }

        func start() throws { try loop.register(self, fd: pair.second, for: .writable) }

        override func ready(_ readiness: Readiness) {
            if rest.isEmpty {
                let words = min(65_536, left) / 8
                let fresh = (0..<words).map { _ in generator.next() }
                rest = fresh.withUnsafeBytes { ArraySlice($0) }
                digest.add(Array(rest))
            }
            if !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(pair.second, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
                left -= count
            }
            if left < 8 {
                loop.unregister(self, fd: pair.second, closing: true)
                pair.closeSecond()
            }
        }
    }

    /// FNV-1a: tells lost, doubled and exchanged bytes.
    private struct Digest: Equatable {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        var count = 0

        mutating func add(_ bytes: [UInt8]) {
            var hash = self.hash
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            self.hash = hash
            count += bytes.count
        }
    }

    @Test(arguments: [1_000, 5_000, 60_000])
    func bulkArrivesWholeAtASlowSink(chunk: Int) throws {
        let relay = try Relay(sinkBufferBytes: 16_384)
        let producer = Producer(relay.loop, relay.near, bytes: 4 << 20)
        var arrived = Digest()
        let peer = PeerReader(relay.loop, fd: relay.far.second, chunk: chunk)
        peer.received = { arrived.add($0) }
        peer.ended = { relay.loop.stop() }
        try peer.start()
        try producer.start()
        relay.loop.run()
        #expect(!relay.watchdog.hasBitten)
        #expect(relay.end == .ended)
        #expect(arrived == producer.digest)
        #expect(relay.flow.movedBytes == 4 << 20)
        #expect(relay.outcomes.contains(.blocked))
        // A pipe or a block at most waits for the sink.
        #expect(relay.mostHeld <= PipePool.wideBytes + Block.capacity)
        relay.close()
        #expect(relay.loop.pipes.inUse == 0)
        #expect(relay.loop.buffers.inUse == 0)
    }

    @Test func bulkIsSplicedAndAnIdleFlowHoldsNothing() throws {
        let relay = try Relay()
        _ = clinux_set_option(relay.near.second, SOL_SOCKET, SO_SNDBUF, 1 << 20)
        _ = clinux_set_option(relay.far.second, SOL_SOCKET, SO_RCVBUF, 1 << 20)
        let bytes = [UInt8](repeating: 7, count: 150_000)
        #expect(write(relay.near.second, bytes, bytes.count) == bytes.count)
        var count = 0
        let peer = PeerReader(relay.loop, fd: relay.far.second, chunk: 65_536)
        peer.received = {
            count += $0.count
            if count == bytes.count { relay.loop.stop() }
        }
        try peer.start()
        relay.loop.run()
        #expect(count == bytes.count)
        #expect(relay.loop.pipes.inUse == 0)
        #expect(relay.loop.buffers.inUse == 0)
        peer.stop()
        relay.close()
    }

    @Test(arguments: [1, 100, 40_000, 70_000, 100_001] as [UInt64])
    func exactlyAsManyBytesAsAskedForAreMoved(limit: UInt64) throws {
        let relay = try Relay()
        _ = clinux_set_option(relay.near.second, SOL_SOCKET, SO_SNDBUF, 1 << 20)
        relay.limit = limit
        let bytes = [UInt8](repeating: 7, count: 150_000)
        #expect(write(relay.near.second, bytes, bytes.count) == bytes.count)
        var count = 0
        let peer = PeerReader(relay.loop, fd: relay.far.second, chunk: 65_536)
        peer.received = { count += $0.count }
        peer.ended = { relay.loop.stop() }
        try peer.start()
        relay.loop.run()
        #expect(!relay.watchdog.hasBitten)
        #expect(relay.end == .complete)
        #expect(count == Int(limit))
        // What is behind the limit is still the source's.
        var rest = [UInt8](repeating: 0, count: 150_000)
        let left = rest.withUnsafeMutableBytes { relay.source.read(into: $0) }
        #expect(left == .bytes(150_000 - Int(limit)))
        relay.close()
        #expect(relay.loop.pipes.inUse == 0)
    }

    @Test func whatWasGatheredGoesBeforeWhatIsSpliced() throws {
        let loop = try EventLoop()
        let pair = try SocketPair()
        let sink = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.takeFirst()))
        var pipe = try #require(loop.pipes.take())
        #expect(write(pipe.writeEnd, "second", 6) == 6)
        pipe.held = 6
        sink.write("first ")
        #expect(sink.splice(from: &pipe))
        var bytes = [UInt8](repeating: 0, count: 32)
        let count = read(pair.second, &bytes, 32)
        #expect(Array(bytes.prefix(max(0, count))) == Array("first second".utf8))
        loop.pipes.recycle(pipe)
        sink.close()
    }

    @Test func aSinkThatIsGoneEndsTheFlow() throws {
        let relay = try Relay()
        let bytes = [UInt8](repeating: 7, count: 100_000)
        _ = clinux_set_option(relay.near.second, SOL_SOCKET, SO_SNDBUF, 1 << 20)
        #expect(write(relay.near.second, bytes, bytes.count) == bytes.count)
        relay.far.closeSecond()
        relay.loop.atEndOfTurn { [unowned relay] in if relay.end != nil { relay.loop.stop() } }
        relay.loop.run()
        #expect(!relay.watchdog.hasBitten)
        #expect(relay.end == .writeFailed)
        relay.close()
        #expect(relay.loop.pipes.inUse == 0)
        #expect(relay.loop.buffers.inUse == 0)
    }
}
