import Engine
import Glibc
import Testing

@testable import ProxyApp

@Suite struct ProcessListenersTests {
    /// What was opened, per loop.
    private final class Opened {
        var perLoop: [Int: [SocketAddress]] = [:]
        private var held: [Listener] = []
        private let loop: EventLoop

        init() throws { loop = try EventLoop() }

        func open(_ address: ListenAddress, loops: Int) throws(ListenFailure) -> [SocketAddress] {
            try Listeners.open(address, loops: loops, tcp: TCPOptions(), backlog: 16) {
                (index, descriptor) throws(Errno) in
                perLoop[index, default: []].append(descriptor.address)
                held.append(try Listener(loop: loop, descriptor) { _, _, _ in })
            }
        }

        deinit { for listener in held { listener.close() } }
    }

    @Test(arguments: [1, 3])
    func everyLoopGetsADescriptorOfTheSamePort(loops: Int) throws {
        let opened = try Opened()
        let bound = try opened.open(.ipv4(host: "127.0.0.1", port: 0), loops: loops)
        #expect(bound.count == 1 && bound[0].port != 0)
        #expect(opened.perLoop.count == loops)
        #expect(opened.perLoop.values.allSatisfy { $0 == bound })
    }

    @Test func everywhereIsBothFamiliesOnOnePort() throws {
        let opened = try Opened()
        let bound = try opened.open(.everywhere(port: 0), loops: 2)
        #expect(Set(bound.map(\.port)).count == 1)
        #expect(bound.contains { $0.family == AF_INET })
        #expect(opened.perLoop[0] == bound && opened.perLoop[1] == bound)
    }

    @Test(arguments: [1, 3])
    func portThatIsTakenIsAnErrorAlsoWhenLoopsShareIt(loops: Int) throws {
        let first = try Opened()
        let bound = try first.open(.ipv4(host: "127.0.0.1", port: 0), loops: loops)
        let second = try Opened()
        let failure = #expect(throws: ListenFailure.self) {
            try second.open(.ipv4(host: "127.0.0.1", port: bound[0].port), loops: loops)
        }
        #expect(failure?.errno.code == EADDRINUSE)
        #expect(failure?.description.contains("another process listens there") ?? false)
        #expect(second.perLoop.isEmpty)
    }

    @Test func unixPathIsSharedByAllLoopsWithItsMode() throws {
        let file = try LogFile()
        unlink(file.path)
        let opened = try Opened()
        let bound = try opened.open(.unix(path: file.path, mode: 0o600), loops: 3)
        #expect(bound == [.unix(path: file.path)])
        #expect(opened.perLoop.count == 3)
        #expect(access(file.path, R_OK | W_OK) == 0)
        // Still in use by this process: a second one must not take the path over.
        let failure = #expect(throws: ListenFailure.self) {
            try Opened().open(.unix(path: file.path, mode: nil), loops: 1)
        }
        #expect(failure?.errno.code == EADDRINUSE)
    }

    @Test func addressOfNoInterfaceIsAnErrorWithAdvice() throws {
        let opened = try Opened()
        // TEST-NET-1, RFC 5737: nobody has it.
        let failure = #expect(throws: ListenFailure.self) {
            try opened.open(.ipv4(host: "192.0.2.1", port: 0), loops: 1)
        }
        #expect(failure?.description.contains("no interface of this machine") ?? false)
    }
}
