import Engine
import Policy
import TestSupport
import Testing

@testable import ProxyApp

/// Seats of connections on a loop that does not run: what is taken, refused and given back.
@Suite struct LimitsSeatTests {
    private let loop: EventLoop
    private let address: IPAddress? = IPAddress(ipv4: 0xC000_0201)

    init() throws { loop = try EventLoop() }

    private func limits(
        connections: Int = 100, _ change: (inout Settings) -> Void
    ) throws -> LoopLimits {
        var settings = Settings()
        change(&settings)
        let book = try #require(LimitBook(settings, connections: connections, nowMs: loop.nowMs))
        return LoopLimits(book, loop: loop)
    }

    private func kind(_ body: () throws(ProxyError) -> Void) -> FailureKind? {
        do throws(ProxyError) { try body() } catch { return error.kind }
        return nil
    }

    @Test func `without limits there is no book`() {
        #expect(LimitBook(Settings(), connections: 10, nowMs: 0) == nil)
    }

    @Test func `a connection too many has a refusal and takes no place`() throws {
        let limits = try limits { $0.clientLimits.connections = 1 }
        let first = limits.seat(for: address)
        let second = limits.seat(for: address)
        #expect(first.refusal == nil && second.refusal?.kind == .clientConnections)
        #expect(second.refusal?.retryAfterS == 1)
        second.end()
        first.end()
        #expect(limits.seat(for: address).refusal == nil)
    }

    @Test func `a client without an address is held to no address's limit`() throws {
        let limits = try limits { $0.clientLimits.connections = 1 }
        #expect(limits.seat(for: nil).refusal == nil && limits.seat(for: nil).refusal == nil)
    }

    @Test func `requests are counted for the address and for the user`() throws {
        let limits = try limits {
            $0.clientLimits.requestsPerSecond = 3
            $0.userLimits.requestsPerSecond = 2
        }
        let seat = limits.seat(for: address)
        for _ in 0..<2 {
            #expect(kind { () throws(ProxyError) in try seat.takeForAddress() } == nil)
            #expect(kind { () throws(ProxyError) in try seat.takeForUser("ann") } == nil)
        }
        #expect(kind { () throws(ProxyError) in try seat.takeForUser("ann") } == .userRequests)
        #expect(kind { () throws(ProxyError) in try seat.takeForUser("ben") } == nil)
        #expect(kind { () throws(ProxyError) in try seat.takeForAddress() } == nil)
        #expect(kind { () throws(ProxyError) in try seat.takeForAddress() } == .clientRequests)
    }

    @Test func `a connection counts for the user who is logged in on it`() throws {
        let limits = try limits { $0.userLimits.connections = 1 }
        let first = limits.seat(for: address)
        let second = limits.seat(for: address)
        #expect(kind { () throws(ProxyError) in try first.takeForUser("ann") } == nil)
        #expect(kind { () throws(ProxyError) in try first.takeForUser("ann") } == nil)
        #expect(kind { () throws(ProxyError) in try second.takeForUser("ann") } == .userConnections)
        #expect(kind { () throws(ProxyError) in try first.takeForUser("ben") } == nil)
        #expect(kind { () throws(ProxyError) in try second.takeForUser("ann") } == nil)
        first.end()
        second.end()
        let third = limits.seat(for: nil)
        #expect(kind { () throws(ProxyError) in try third.takeForUser("ben") } == nil)
    }

    @Test func `a tunnel that the user may not open is not counted for the address`() throws {
        let limits = try limits {
            $0.clientLimits.tunnels = 1
            $0.userLimits.tunnels = 0
        }
        let ann = limits.seat(for: address)
        #expect(kind { () throws(ProxyError) in try ann.takeForUser("ann") } == nil)
        #expect(kind { () throws(ProxyError) in try ann.openTunnel() } == .userTunnels)
        let nobody = limits.seat(for: address)
        #expect(kind { () throws(ProxyError) in try nobody.openTunnel() } == nil)
        let another = limits.seat(for: address)
        #expect(kind { () throws(ProxyError) in try another.openTunnel() } == .clientTunnels)
        nobody.end()
        #expect(kind { () throws(ProxyError) in try another.openTunnel() } == nil)
    }

    @Test func `a tunnel is given back once, and again by nobody`() throws {
        let limits = try limits { $0.clientLimits.tunnels = 1 }
        let seat = limits.seat(for: address)
        #expect(kind { () throws(ProxyError) in try seat.openTunnel() } == nil)
        #expect(kind { () throws(ProxyError) in try seat.openTunnel() } == nil, "in place of the one before")
        seat.closeTunnel()
        seat.closeTunnel()
        seat.end()
        #expect(kind { () throws(ProxyError) in try limits.seat(for: address).openTunnel() } == nil)
    }

    @Test func `bytes are held to the address's and the user's limit, whichever is less`() throws {
        let limits = try limits {
            $0.clientLimits.bytesToClient = 1 << 20
            $0.userLimits.bytesToClient = 64 << 10
        }
        let seat = limits.seat(for: address)
        #expect(seat.toOrigin == nil)
        let flow = try #require(seat.toClient)
        #expect(kind { () throws(ProxyError) in try seat.takeForUser("ann") } == nil)
        // The user's 16 KiB at once, in pieces of a fiftieth of a second; and nothing behind the last whole one.
        var moved: UInt64 = 0
        while case let count = flow.allowance(), count > 0 {
            flow.moved(count)
            moved += count
        }
        #expect(moved > 16_384 - 1311 && moved <= 16_384)
        #expect(flow.isHeld && limits.heldToClientMs > 0)
    }

    @Test func `what a connection has paid for and not moved is there for the next`() throws {
        let limits = try limits { $0.clientLimits.bytesToOrigin = 1024 }
        for _ in 0..<100 {
            let seat = limits.seat(for: address)
            #expect((seat.toOrigin?.allowance() ?? 0) > 0)
            seat.end()
        }
    }
}
