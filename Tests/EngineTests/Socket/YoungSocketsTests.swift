import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct YoungSocketsTests {
    private static let options = TCPOptions(
        keepAliveIdleS: 7, keepAliveIntervalS: 3, keepAliveCount: 2, userTimeoutMs: 9_000)

    /// Sockets of a loop whose time does not pass: the test says when a sweep is due.
    private final class Bench {
        let loop: EventLoop
        let young: YoungSockets
        private var peers: [CInt] = []

        init() throws {
            loop = try EventLoop()
            young = YoungSockets(loop, YoungSocketsTests.options)
        }

        deinit { for peer in peers { close(peer) } }

        func open() throws -> Socket {
            let pair = try TCPPair()
            peers.append(pair.peer)
            // The pair's listener has set it.
            var off: CInt = 0
            setsockopt(pair.engine, SOL_SOCKET, SO_KEEPALIVE, &off, socklen_t(MemoryLayout<CInt>.size))
            return try Socket(loop: loop, descriptor: OwnedDescriptor(pair.engine))
        }

        func sweep() { young.lasting.timerFired(0) }
    }

    private static func probes(_ socket: Socket) -> Bool { option(socket.fd, SOL_SOCKET, SO_KEEPALIVE) == 1 }

    @Test func aSocketGetsWhatLastsWithTheSecondSweep() throws {
        let bench = try Bench()
        let socket = try bench.open()
        bench.young.lasting.add(socket)
        bench.sweep()
        #expect(!Self.probes(socket))
        bench.sweep()
        #expect(Self.probes(socket))
        let tcp = CInt(IPPROTO_TCP)
        #expect(option(socket.fd, tcp, TCP_KEEPIDLE) == 7)
        #expect(option(socket.fd, tcp, TCP_KEEPINTVL) == 3)
        #expect(option(socket.fd, tcp, TCP_KEEPCNT) == 2)
        #expect(option(socket.fd, tcp, TCP_USER_TIMEOUT) == 9_000)
        socket.close()
    }

    @Test func whoHasThePlaceOfAClosedSocketIsLeftAlone() throws {
        let bench = try Bench()
        let socket = try bench.open()
        bench.young.lasting.add(socket)
        socket.close()
        let next = try bench.open()
        bench.sweep()
        bench.sweep()
        #expect(!Self.probes(next))
        next.close()
    }

    @Test func whatTheOwnerHasChosenStays() throws {
        let bench = try Bench()
        let (silent, patient) = (try bench.open(), try bench.open())
        for socket in [silent, patient] { bench.young.lasting.add(socket) }
        silent.setKeepAlive(false)
        patient.setKeepAlive(true, initialDelayMs: 90_000)
        bench.sweep()
        bench.sweep()
        #expect(!Self.probes(silent))
        #expect(option(patient.fd, CInt(IPPROTO_TCP), TCP_KEEPIDLE) == 90)
        #expect(option(patient.fd, CInt(IPPROTO_TCP), TCP_KEEPCNT) == 2)
        for socket in [silent, patient] { socket.close() }
    }

    @Test func manyAreLookedAfterBatchByBatch() throws {
        let bench = try Bench()
        let (first, last) = (try bench.open(), try bench.open())
        bench.young.lasting.add(first)
        for _ in 1..<SocketSweep.batch { bench.young.lasting.add(first) }
        bench.young.lasting.add(last)
        bench.sweep()
        bench.sweep()
        #expect(Self.probes(first) && !Self.probes(last))
        bench.sweep()
        #expect(Self.probes(last))
        for socket in [first, last] { socket.close() }
    }

    @Test func nothingIsDueWhenNobodyIsYoung() throws {
        let bench = try Bench()
        let socket = try bench.open()
        bench.young.lasting.add(socket)
        for _ in 0..<3 { bench.sweep() }
        // A sweep of nobody arms no timer; another socket does.
        bench.young.lasting.add(socket)
        bench.sweep()
        bench.sweep()
        #expect(Self.probes(socket))
        socket.close()
    }
}
