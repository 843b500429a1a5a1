import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct ListenerTests {
    private static let loopback = SocketAddress.ipv4(address: 0x7f00_0001, port: 0)

    /// A listener on a port of its own, and clients that connect to it.
    private final class Bench {
        let loop: EventLoop
        let watchdog: Watchdog
        let listener: Listener
        private let inbox: Inbox
        private var clients: [CInt] = []

        final class Inbox {
            var accepted: [(socket: Socket, peer: SocketAddress, admission: Listener.Admission)] = []
            var stopAt = Int.max
        }

        var accepted: [(socket: Socket, peer: SocketAddress, admission: Listener.Admission)] { inbox.accepted }

        init(budget: ConnectionBudget? = nil, tcp: TCPOptions = TCPOptions()) throws {
            let loop = try EventLoop()
            let inbox = Inbox()
            self.loop = loop
            self.inbox = inbox
            watchdog = Watchdog(loop)
            let listening = try ListeningDescriptor(ListenerTests.loopback, tcp: tcp)
            listener = try Listener(loop: loop, listening, budget: budget) { socket, peer, admission in
                inbox.accepted.append((socket, peer, admission))
                if inbox.accepted.count >= inbox.stopAt { loop.stop() }
            }
        }

        deinit {
            listener.close()
            for entry in inbox.accepted { entry.socket.close() }
            for client in clients { close(client) }
        }

        /// Everything that a client is sent until the end.
        func received(by index: Int) -> String {
            var bytes: [UInt8] = []
            var room = [UInt8](repeating: 0, count: 4096)
            while case let count = read(clients[index], &room, room.count), count > 0 { bytes += room[..<count] }
            return String(decoding: bytes, as: UTF8.self)
        }

        func send(_ text: String, by index: Int) { _ = write(clients[index], text, text.utf8.count) }

        /// Connects, which loopback does at once; returns the client's address.
        func connectClient() throws -> SocketAddress? {
            let client = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
            guard client >= 0 else { throw Errno.last }
            clients.append(client)
            guard listener.address.withRaw({ connect(client, $0, $1) }) == 0 else { throw Errno.last }
            return SocketAddress(of: client, by: getsockname)
        }

        func run(untilAccepted count: Int) {
            inbox.stopAt = count
            loop.run()
        }
    }

    @Test func thePortThatTheKernelChoseIsKnown() throws {
        let bench = try Bench()
        #expect(bench.listener.address.port != 0)
        #expect(bench.listener.address.host == "127.0.0.1")
    }

    @Test func eachConnectionComesWithItsPeersAddress() throws {
        let bench = try Bench()
        let peers = [try bench.connectClient(), try bench.connectClient()]
        bench.run(untilAccepted: 2)
        #expect(bench.accepted.map(\.peer) == peers)
        #expect(bench.accepted.allSatisfy { $0.socket.owner == nil })
    }

    @Test func anAcceptedSocketHasTheListenersOptions() throws {
        let bench = try Bench(
            tcp: TCPOptions(keepAliveIdleS: 7, keepAliveIntervalS: 3, keepAliveCount: 2, userTimeoutMs: 9_000))
        _ = try bench.connectClient()
        bench.run(untilAccepted: 1)
        let (fd, tcp) = (bench.accepted[0].socket.fd, CInt(IPPROTO_TCP))
        #expect(option(fd, SOL_SOCKET, SO_KEEPALIVE) == 1)
        #expect(option(fd, tcp, TCP_NODELAY) == 1)
        #expect(option(fd, tcp, TCP_KEEPIDLE) == 7)
        #expect(option(fd, tcp, TCP_KEEPINTVL) == 3)
        #expect(option(fd, tcp, TCP_KEEPCNT) == 2)
        #expect(option(fd, tcp, TCP_USER_TIMEOUT) == 9_000)
    }

    @Test func aFloodIsAcceptedInBatchesAndWhole() throws {
        let bench = try Bench()
        for _ in 0..<(3 * Listener.batch) { _ = try bench.connectClient() }
        bench.run(untilAccepted: 3 * Listener.batch)
        #expect(bench.accepted.count == 3 * Listener.batch)
        #expect(!bench.watchdog.hasBitten)
    }

    @Test func acceptingStopsAtTheBudgetAndGoesOnWhenAPlaceIsFree() throws {
        let budget = ConnectionBudget(limit: 2)
        let bench = try Bench(budget: budget)
        for _ in 0..<3 { _ = try bench.connectClient() }
        let pauser = Pauser(bench.loop) {
            guard bench.listener.pauses > 0 else { return false }
            #expect(bench.accepted.count == 2)
            #expect(budget.count == 2)
            bench.accepted[0].socket.close()
            return true
        }
        pauser.start()
        bench.run(untilAccepted: 3)
        #expect(!bench.watchdog.hasBitten)
        #expect(bench.accepted.count == 3)
        #expect(budget.count == 2)
        for entry in bench.accepted { entry.socket.close() }
        #expect(budget.count == 0)
    }

    @Test func whoFindsNoPlaceIsAcceptedToBeRefusedOrGetsTheFarewell() throws {
        let budget = ConnectionBudget(limit: 1, overflow: .init(places: 2, farewell: Array("no place".utf8)))
        let bench = try Bench(budget: budget)
        for index in 0..<6 {
            _ = try bench.connectClient()
            bench.send("GET / HTTP/1.1\r\n\r\n", by: index)
        }
        bench.listener.close()
        #expect(bench.accepted.map(\.admission) == [.served, .beyondLimit, .beyondLimit])
        #expect(bench.listener.turnedAway == 3)
        #expect(bench.listener.pauses == 0)
        for index in 3..<6 { #expect(bench.received(by: index) == "no place") }
        #expect(bench.loop.registeredCount == 3)
        for entry in bench.accepted { entry.socket.close() }
        #expect(budget.count == 0 && budget.overflow?.places.count == 0)
    }

    @Test func aPlaceThatComesFreeServesAgain() throws {
        let budget = ConnectionBudget(limit: 1, overflow: .init(places: 1, farewell: []))
        let bench = try Bench(budget: budget)
        for _ in 0..<2 { _ = try bench.connectClient() }
        let pauser = Pauser(bench.loop) {
            guard bench.accepted.count == 2 else { return false }
            for entry in bench.accepted { entry.socket.close() }
            return (try? bench.connectClient()) != nil
        }
        pauser.start()
        bench.run(untilAccepted: 3)
        #expect(bench.accepted.map(\.admission) == [.served, .beyondLimit, .served])
        #expect(!bench.watchdog.hasBitten)
    }

    @Test func aClosedListenerRefuses() throws {
        let bench = try Bench()
        bench.listener.close()
        #expect(throws: Errno.connectionRefused) { _ = try bench.connectClient() }
        #expect(bench.loop.registeredCount == 0)
    }

    @Test func connectionsInTheBacklogAreAcceptedBeforeItCloses() throws {
        let bench = try Bench()
        let peers = try (0..<(2 * Listener.batch)).map { _ in try bench.connectClient() }
        bench.listener.close()
        #expect(bench.accepted.map(\.peer) == peers)
        #expect(bench.loop.registeredCount == peers.count)
    }

    @Test func aFullBudgetEndsTheTakingFromTheBacklog() throws {
        let bench = try Bench(budget: ConnectionBudget(limit: 2))
        for _ in 0..<3 { _ = try bench.connectClient() }
        bench.listener.close()
        #expect(bench.accepted.count == 2)
        #expect(bench.loop.registeredCount == 2)
    }

    @Test func anAddressInUseIsRefused() throws {
        let bench = try Bench()
        #expect(throws: Errno(EADDRINUSE)) { _ = try ListeningDescriptor(bench.listener.address).address }
    }

    @Test func severalDescriptorsShareAPortWhenAsked() throws {
        let first = try ListeningDescriptor(Self.loopback, reusePort: true)
        let second = try ListeningDescriptor(first.address, reusePort: true)
        #expect(first.address == second.address)
    }

    @Test func aUnixPathLeftBehindIsTakenOverAndOneInUseIsNot() throws {
        let path = "/tmp/proxyd-test-\(getpid())-\(UInt64.random(in: 0..<(.max))).sock"
        defer { unlink(path) }
        func listenOnce() throws -> SocketAddress { try ListeningDescriptor(.unix(path: path)).address }
        #expect(try listenOnce() == .unix(path: path))
        let inUse = try ListeningDescriptor(.unix(path: path))
        #expect(throws: Errno(EADDRINUSE)) { _ = try listenOnce() }
        _ = inUse.address
    }

    @Test func aFileAtAUnixPathIsLeftAlone() throws {
        let path = "/tmp/proxyd-test-\(getpid())-\(UInt64.random(in: 0..<(.max))).txt"
        defer { unlink(path) }
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        #expect(throws: Errno(ENOTSOCK)) { _ = try ListeningDescriptor(.unix(path: path)).address }
        #expect(access(path, F_OK) == 0)
        unlink(path)
        // A link to where nothing is, and one to what is not a socket: neither is followed, nor removed.
        for target in ["/nonexistent", "/dev/null"] {
            #expect(symlink(target, path) == 0)
            #expect(throws: Errno(ENOTSOCK)) { _ = try ListeningDescriptor(.unix(path: path)).address }
            #expect(unlink(path) == 0)
        }
    }

    /// Asks a question every few milliseconds of the loop until the answer is yes.
    private final class Pauser: LoopObject {
        private let loop: EventLoop
        private let isDone: () -> Bool

        init(_ loop: EventLoop, isDone: @escaping () -> Bool) {
            self.loop = loop
            self.isDone = isDone
        }

        func start() { _ = loop.schedule(self, afterMs: 2) }

        override func timerFired(_ tag: UInt8) { if !isDone() { start() } }
    }
}
