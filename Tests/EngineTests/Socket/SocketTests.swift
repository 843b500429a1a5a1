import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct SocketTests {
    /// A socket on one end of a pair, its recorder, and the other end's descriptor.
    private struct Bench {
        let loop: EventLoop
        let watchdog: Watchdog
        let pair: SocketPair
        let socket: Socket
        let owner = SocketRecorder()

        init(sendBufferBytes: CInt? = nil) throws {
            loop = try EventLoop()
            watchdog = Watchdog(loop)
            pair = try SocketPair()
            if let sendBufferBytes { _ = clinux_set_option(pair.first, SOL_SOCKET, SO_SNDBUF, sendBufferBytes) }
            socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.takeFirst()))
            socket.owner = owner
        }

        /// What waits at the other end now.
        func readPeer(_ limit: Int = 1 << 20) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: limit)
            let count = read(pair.second, &bytes, limit)
            return Array(bytes.prefix(max(0, count)))
        }

        /// Closes, and lets go of what the test's closures hold.
        func end() {
            socket.close()
            owner.act = { _, _ in }
        }

        func tellPeer(_ text: String) { _ = write(pair.second, text, text.utf8.count) }

    }

    @Test func whatThePeerSendsIsRead() throws {
        let bench = try Bench()
        bench.tellPeer("hello")
        bench.owner.act = { owner, _ in if owner.received.count == 5 { bench.loop.stop() } }
        bench.loop.run()
        #expect(bench.owner.received == Array("hello".utf8))
        bench.end()
    }

    @Test func bytesBeforeThePeersEndAreReadBeforeIt() throws {
        let bench = try Bench()
        bench.tellPeer("last words")
        bench.pair.closeSecond()
        bench.owner.act = { owner, _ in if owner.end != nil { bench.loop.stop() } }
        bench.loop.run()
        #expect(bench.owner.received == Array("last words".utf8))
        #expect(bench.owner.end == .ended)
        bench.end()
    }

    @Test func smallPiecesLeaveTogetherAndInOrder() throws {
        let bench = try Bench()
        bench.owner.act = { owner, socket in
            guard owner.received == [1] else { return }
            owner.received = []
            socket.write("one ")
            let room = socket.reserve(4)
            room.copyBytes(from: Array("two ".utf8))
            socket.commit(4)
            socket.write("three")
            // Nothing is out before the event is over.
            #expect(socket.queuedBytes == 13)
            #expect(socket.sentBytes == 0)
            bench.loop.stop()
        }
        _ = write(bench.pair.second, [1] as [UInt8], 1)
        bench.loop.run()
        #expect(bench.readPeer() == Array("one two three".utf8))
        #expect(bench.socket.queuedBytes == 0)
        #expect(bench.loop.buffers.inUse == 0)
        bench.end()
    }

    /// Pieces of every size against a peer that takes a little at a time.
    @Test func orderIsKeptWhenTheKernelTakesOnlyPartOfWhatIsWritten() throws {
        let bench = try Bench(sendBufferBytes: 4_608)
        var generator = SplitMix(seed: 3)
        var expected: [UInt8] = []
        var arrived: [UInt8] = []
        let peer = PeerReader(bench.loop, fd: bench.pair.second, chunk: 1_500)
        peer.received = { bytes in
            arrived += bytes
            if arrived.count == expected.count, expected.count >= 1 << 20 { bench.loop.stop() }
        }
        func produce() {
            while !bench.socket.isBlocked, expected.count < 1 << 20 {
                let count = 1 + Int(generator.next() % (generator.next() % 4 == 0 ? 100_000 : 500))
                let piece = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
                expected += piece
                bench.socket.write(piece)
                // Gathered pieces only meet the kernel's limit when they are flushed.
                bench.socket.flush()
            }
        }
        bench.owner.act = { owner, socket in if !socket.isBlocked { produce() } }
        try peer.start()
        produce()
        bench.loop.run()
        #expect(!bench.watchdog.hasBitten)
        let isSame = arrived == expected
        #expect(isSame)
        #expect(bench.owner.blocked > 10)
        #expect(bench.owner.drained > 0)
        #expect(bench.socket.sentBytes == UInt64(expected.count))
        #expect(bench.loop.buffers.inUse == 0)
        peer.stop()
        bench.end()
    }

    @Test func aHalfCloseFollowsQueuedOutputAndLeavesReadingOpen() throws {
        let bench = try Bench(sendBufferBytes: 4_608)
        let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var arrived: [UInt8] = []
        let peer = PeerReader(bench.loop, fd: bench.pair.second, chunk: 10_000)
        peer.received = { arrived += $0 }
        peer.ended = { bench.tellPeer("answer") }
        bench.owner.act = { owner, _ in if owner.received.count == 6 { bench.loop.stop() } }
        try peer.start()
        bench.socket.write(body)
        bench.socket.endWriting()
        #expect(bench.socket.isShut)
        bench.socket.write("too late")
        bench.loop.run()
        #expect(!bench.watchdog.hasBitten)
        let isSame = arrived == body
        #expect(isSame)
        #expect(bench.owner.received == Array("answer".utf8))
        peer.stop()
        bench.end()
    }

    @Test func aPausedSocketReadsNothingUntilItIsResumed() throws {
        let bench = try Bench()
        bench.socket.pauseReading()
        bench.tellPeer("wait")
        bench.loop.post { [loop = bench.loop] in
            loop.post { loop.stop() }
        }
        bench.loop.run()
        #expect(bench.owner.received.isEmpty)
        bench.socket.resumeReading()
        #expect(bench.socket.isReadReady)
        bench.end()
    }

    @Test func aFailedWriteIsReportedLaterAndLeavesNoBlock() throws {
        let bench = try Bench()
        bench.owner.reads = false
        bench.pair.closeSecond()
        bench.owner.act = { owner, _ in if !owner.failures.isEmpty { bench.loop.stop() } }
        bench.socket.write([UInt8](repeating: 1, count: 10_000))
        #expect(bench.owner.failures.isEmpty)
        bench.socket.write("more")
        bench.loop.run()
        #expect(bench.owner.failures == [.brokenPipe])
        #expect(bench.socket.queuedBytes == 0)
        #expect(bench.loop.buffers.inUse == 0)
        bench.end()
    }

    @Test func closingReturnsQueuedBlocksAndTheDescriptor() throws {
        let bench = try Bench(sendBufferBytes: 4_608)
        bench.socket.write([UInt8](repeating: 1, count: 500_000))
        #expect(bench.socket.isBlocked)
        #expect(bench.loop.buffers.inUse > 0)
        bench.socket.close()
        #expect(bench.loop.buffers.inUse == 0)
        #expect(bench.loop.registeredCount == 0)
        #expect(bench.socket.fd == -1)
        bench.end()
    }

    @Test func aDetachedDescriptorStillHoldsItsUnreadBytes() throws {
        let bench = try Bench()
        bench.tellPeer("unread")
        guard let detached = bench.socket.detach() else {
            Issue.record("not detached")
            return
        }
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(detached.raw, &bytes, 16) == 6)
        #expect(bench.loop.registeredCount == 0)
    }

    /// A socket as a dial makes them, and its peer.
    private static func dialled() throws -> (socket: Socket, peer: CInt) {
        let pair = try TCPPair()
        let socket = try Socket(loop: try EventLoop(), descriptor: OwnedDescriptor(pair.engine))
        socket.setNoDelay(false)
        socket.startDelayed()
        return (socket, pair.peer)
    }

    private static func isDelayed(_ fd: CInt) -> Bool { option(fd, CInt(IPPROTO_TCP), TCP_NODELAY) == 0 }

    @Test func theSecondSendOfADialledSocketIsTheFirstThatMayBeDelayedAndIsNot() throws {
        let (socket, peer) = try Self.dialled()
        defer { close(peer) }
        socket.write("one")
        socket.flush()
        #expect(Self.isDelayed(socket.fd))
        socket.write("two")
        socket.flush()
        #expect(!Self.isDelayed(socket.fd))
        socket.close()
    }

    @Test func whatAnOwnerWantsDelayedStaysSo() throws {
        let (socket, peer) = try Self.dialled()
        defer { close(peer) }
        socket.setNoDelay(false)
        for text in ["one", "two"] as [StaticString] {
            socket.write(text)
            socket.flush()
        }
        #expect(Self.isDelayed(socket.fd))
        socket.close()
    }

    @Test func aSocketForAnotherLoopDelaysNothing() throws {
        let (socket, peer) = try Self.dialled()
        defer { close(peer) }
        guard let detached = socket.detach() else {
            Issue.record("not detached")
            return
        }
        #expect(!Self.isDelayed(detached.raw))
    }

    @Test func aPeersResetIsAnErrorAndNotAnEnd() throws {
        let loop = try EventLoop()
        let watchdog = Watchdog(loop)
        let pair = try TCPPair()
        let socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
        let owner = SocketRecorder()
        socket.owner = owner
        owner.act = { [unowned loop] owner, _ in if owner.end != nil { loop.stop() } }
        _ = clinux_linger_reset(pair.peer)
        close(pair.peer)
        loop.run()
        #expect(owner.end == .failed(.connectionReset))
        #expect(!watchdog.hasBitten)
        socket.close()
    }

    @Test func resettingLetsThePeerSeeAnError() throws {
        let loop = try EventLoop()
        let pair = try TCPPair()
        defer { close(pair.peer) }
        let socket = try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
        socket.reset()
        var byte: UInt8 = 0
        #expect(read(pair.peer, &byte, 1) == -1)
        #expect(Errno.last == .connectionReset)
    }
}
