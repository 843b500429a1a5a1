import Engine
import Glibc
import TestSupport
import Testing

@testable import HTTPStack

/// `listen` in its forms, and `close`.
@Suite(.ownThread, .timeLimit(.minutes(1))) struct ServerListenTests {
    /// A server on a loop that the test turns itself.
    private func server(_ respond: String = "hello") throws -> Server {
        HTTP.createServer(on: try EventLoop()) { _, response in response.end(respond) }
    }

    /// Turns the server's loop until `condition` holds; false when that takes longer than a test may.
    private func turn(_ server: Server, until condition: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while !condition() {
            guard ContinuousClock.now < deadline else { return false }
            server.loop.runTurn(timeoutMs: 10)
        }
        return true
    }

    /// What a request to `address` gets, while the loop turns.
    private func fetch(_ server: Server, _ address: SocketAddress) throws -> String? {
        let client = try Peer.connect(to: address)
        client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        // The server would linger for a client that has not ended.
        client.finish()
        #expect(turn(server) { server.acceptedCount > 0 && server.connectionCount == 0 })
        return client.receiveText()
    }

    private func end(_ server: Server) {
        server.close()
        server.destroy()
        #expect(turn(server) { server.loop.registeredCount == 0 })
    }

    /// Rows 34, 39.
    @Test func listeningIsToldAfterTheReturnAndTheKernelChoosesThePort() throws {
        let server = try server()
        var events: [String] = []
        server.listen(0, "127.0.0.1") { events.append("listening") }
        events.append("returned")
        let address = try #require(server.address)
        #expect(address.port > 0 && address.host == "127.0.0.1")
        #expect(turn(server) { events.count == 2 })
        #expect(events == ["returned", "listening"])
        #expect(try fetch(server, address)?.hasSuffix("\r\n\r\nhello") == true)
        end(server)
    }

    /// Row 34.
    @Test(arguments: [(nil, "0.0.0.0"), ("localhost", "127.0.0.1"), ("127.0.0.3", "127.0.0.3")])
    func hostIsAnyAddressUnlessOneIsNamed(host: String?, bound: String) throws {
        let server = try server()
        server.listen(0, host)
        #expect(server.address?.host == bound)
        end(server)
    }

    /// Row 34.
    @Test func nameThatWouldHaveToBeLookedUpIsAnError() throws {
        let server = try server()
        var errors: [ListenError] = []
        server.onError = { errors.append($0) }
        server.listen(0, "example.org")
        #expect(errors.isEmpty, "not before the return")
        #expect(turn(server) { errors == [.unknownHost("example.org")] })
        end(server)
    }

    /// Row 35.
    @Test func backlogIsPassedToTheKernel() throws {
        let server = try server()
        server.listen(0, "127.0.0.1", backlog: 3)
        let address = try #require(server.address)
        // Nobody accepts: the kernel takes one more than the backlog, and leaves the rest without an answer.
        var peers: [CInt] = []
        for _ in 0..<12 {
            let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_NONBLOCK.rawValue), 0)
            _ = address.withRaw { connect(fd, $0, $1) }
            peers.append(fd)
        }
        var polls = peers.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
        let connected = poll(&polls, nfds_t(polls.count), 0)
        #expect(connected == 4)
        for fd in peers { _ = Glibc.close(fd) }
        end(server)
    }

    /// Row 36.
    @Test func addressInUseArrivesAsAnEvent() throws {
        let first = try server()
        first.listen(0, "127.0.0.1")
        let taken = try #require(first.address)
        let second = try server()
        var errors: [ListenError] = []
        second.onError = { errors.append($0) }
        second.listen(taken.port, "127.0.0.1") { Issue.record("it does not listen") }
        #expect(turn(second) { !errors.isEmpty })
        #expect(errors == [.system(Errno(EADDRINUSE), address: taken)])
        end(second)
        end(first)
    }

    /// Row 36.
    @Test func errorThatNobodyTakesEndsTheProgram() throws {
        let taken = try ListeningDescriptor(.ipv4(address: 0x7f00_0001, port: 0))
        #expect(throws: ListenError.system(Errno(EADDRINUSE), address: taken.address)) {
            try HTTP.run { HTTP.createServer().listen(taken.address.port, "127.0.0.1") }
        }
    }

    /// Row 37.
    @Test func unixPathIsServed() throws {
        let path = "/tmp/proxyd-test-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        defer { unlink(path) }
        let server = try server("by path")
        var isListening = false
        server.listen(path: path) { isListening = true }
        #expect(turn(server) { isListening })
        #expect(server.address == .unix(path: path))
        #expect(try fetch(server, .unix(path: path))?.hasSuffix("by path") == true)
        end(server)
    }

    /// Row 38.
    @Test(arguments: [true, false]) func boundDescriptorIsServed(listens: Bool) throws {
        let fd = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        _ = SocketAddress.ipv4(address: 0x7f00_0001, port: 0).withRaw { bind(fd, $0, $1) }
        if listens { #expect(Glibc.listen(fd, 5) == 0) }
        let bound = try #require(Peer.localAddress(of: fd))
        let server = try server("inherited")
        server.listen(descriptor: fd)
        #expect(server.address == bound)
        #expect(try fetch(server, bound)?.hasSuffix("inherited") == true)
        end(server)
        #expect(fcntl(fd, F_GETFD) == -1, "it was the server's, and is closed with it")
    }

    /// Row 38.
    @Test func descriptorThatIsNoneIsAnError() throws {
        let server = try server()
        var errors: [ListenError] = []
        server.onError = { errors.append($0) }
        // Far above what the process may open.
        server.listen(descriptor: 1 << 30)
        #expect(turn(server) { errors == [.system(Errno(EBADF), address: nil)] })
        end(server)
    }

    /// Row 38.
    @Test func descriptorThatIsNoSocketIsAnError() throws {
        let server = try server()
        var errors: [ListenError] = []
        server.onError = { errors.append($0) }
        server.listen(descriptor: open("/dev/null", O_RDONLY))
        #expect(turn(server) { errors == [.system(Errno(ENOTSOCK), address: nil)] })
        end(server)
    }

    /// Rows 21, 40.
    @Test func closeStopsAcceptingAndIsToldWhenTheLastConnectionHasEnded() throws {
        let server = try server()
        var events: [String] = []
        server.onClose = { events.append("onClose") }
        server.listen(0, "127.0.0.1")
        let address = try #require(server.address)
        let client = try Peer.connect(to: address)
        #expect(turn(server) { server.connectionCount == 1 })
        server.close { events.append("callback") }
        #expect(throws: Errno.connectionRefused) { try Peer.connect(to: address) }
        client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        var got = 0
        #expect(
            turn(server) {
                got += client.receiveWithoutWaiting()
                return got > 0
            }, "it lives on")
        #expect(events.isEmpty && server.connectionCount == 1)
        client.close()
        #expect(turn(server) { events.count == 2 })
        #expect(events == ["onClose", "callback"])
        end(server)
    }

    /// Rows 21, 40.
    @Test func programEndsWhenItsServerHasClosed() throws {
        var events: [String] = []
        try HTTP.run {
            let server = HTTP.createServer()
            server.onClose = { events.append("closed") }
            server.listen(0, "127.0.0.1") { server.close() }
        }
        #expect(events == ["closed"])
    }
}
