import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct LoopbackPacingTests {
    private static let loopback = SocketAddress.ipv4(address: 0x7f00_0001, port: 0)
    private static let elsewhere = SocketAddress.ipv4(address: 0xc000_0201, port: 80)

    /// What a socket has that was prepared for `address`, on a system whose congestion control paces or does not.
    private func prepared(_ options: TCPOptions, for address: SocketAddress, systemPaces: Bool) -> String {
        let fd = clinux_stream_socket(AF_INET)
        defer { close(fd) }
        options.prepare(fd, for: address, systemPaces: systemPaces)
        return CongestionControl.name(of: fd)
    }

    private var system: String { prepared(TCPOptions(loopbackPacing: .system), for: Self.loopback, systemPaces: true) }

    @Test func aSocketOnLoopbackDoesNotPaceWhereOthersDo() {
        #expect(prepared(TCPOptions(), for: Self.loopback, systemPaces: true) == "reno")
    }

    @Test func theSystemsChoiceStaysWhereItDoesNotPace() {
        #expect(!system.isEmpty)
        #expect(prepared(TCPOptions(), for: Self.loopback, systemPaces: false) == system)
    }

    @Test func theSystemsChoiceStaysOnTheWayToOtherMachines() {
        #expect(prepared(TCPOptions(), for: Self.elsewhere, systemPaces: true) == system)
    }

    @Test(arguments: [("bbr", true), ("bbr3", true), ("cubic", false), ("reno", false), ("", false)])
    func thoseThatPaceAreKnownByName(_ name: String, _ paces: Bool) {
        #expect(CongestionControl.paces(name) == paces)
    }

    @Test func acceptedSocketsAreWhatTheirListenerIs() throws {
        let listener = clinux_stream_socket(AF_INET)
        defer { close(listener) }
        TCPOptions().prepare(listener, for: Self.loopback, systemPaces: true)
        #expect(Self.loopback.withRaw { bind(listener, $0, $1) } == 0)
        #expect(listen(listener, 1) == 0)
        let bound = try #require(SocketAddress(of: listener, by: getsockname))
        let client = clinux_stream_socket(AF_INET)
        defer { close(client) }
        _ = bound.withRaw { connect(client, $0, $1) }
        var polled = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        #expect(poll(&polled, 1, 5_000) == 1)
        let accepted = accept(listener, nil, nil)
        defer { close(accepted) }
        #expect(CongestionControl.name(of: accepted) == "reno")
    }
}
