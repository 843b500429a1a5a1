import Policy
import Synchronization

/// What clients of one kind use, for the whole process: addresses, or users.
///
/// Exact, and therefore one table that all loops share: with a table per loop, a client would get a limit for each loop that
/// the kernel happens to send it to. The lock is held for the time of a look-up, and taken once per connection, per request
/// where requests are limited, per tunnel, and per piece of bytes (`ByteMeter`). Without limits there is no ledger.
final class LimitLedger: Sendable {
    let limits: ClientLimits
    /// Whose limits these are.
    let scope: LimitScope
    /// Most clients that are known one by one.
    let capacity: Int
    private let table: Mutex<ClientTable>

    /// A ledger for `connections` of them at the same time; nil when `limits` has none.
    init?(_ limits: ClientLimits, _ scope: LimitScope, connections: Int, nowMs: UInt64) {
        guard limits != ClientLimits() else { return nil }
        self.limits = limits
        self.scope = scope
        // Everybody who is connected has an entry; the others are remembered for what they have used of late.
        capacity = connections + Self.remembered
        table = Mutex(ClientTable(limits: limits, capacity: capacity, nowMs: nowMs))
    }

    /// Clients without a connection that are still known.
    static let remembered = 16_384

    /// Memory that the ledger takes at most.
    static func mostBytes(connections: Int) -> Int { (connections + remembered) * ClientTable.bytesPerClient }

    /// Clients that are known now.
    var count: Int { table.withLock { $0.count } }

    // MARK: Connections

    /// A connection. Throws when there are too many of this client's.
    func connect(_ key: ClientKey, nowMs: UInt64) throws(LimitRefusal) -> ClientTable.Place {
        try table.withLock { table throws(LimitRefusal) in try table.connect(key, nowMs: nowMs) }
    }

    /// The connection has ended.
    func disconnect(_ place: ClientTable.Place, nowMs: UInt64) {
        table.withLock { $0.disconnect(place, nowMs: nowMs) }
    }

    // MARK: Requests and tunnels

    /// A request. Throws when there were too many of late.
    func beginRequest(_ place: ClientTable.Place, nowMs: UInt64) throws(LimitRefusal) {
        guard limits.requests != nil else { return }
        try table.withLock { table throws(LimitRefusal) in try table.beginRequest(place, nowMs: nowMs) }
    }

    /// A tunnel. Throws when there are too many. Ended by `closeTunnel`, before its connection.
    func openTunnel(_ place: ClientTable.Place) throws(LimitRefusal) {
        guard limits.tunnels != nil else { return }
        try table.withLock { table throws(LimitRefusal) in try table.openTunnel(place) }
    }

    /// The tunnel has ended, or was not opened after all.
    func closeTunnel(_ place: ClientTable.Place) {
        guard limits.tunnels != nil else { return }
        table.withLock { $0.closeTunnel(place) }
    }

    // MARK: Bytes

    /// What may be moved in a second; nil without limit.
    func rate(_ direction: ClientTable.Direction) -> RateLimit? {
        direction == .toOrigin ? limits.bytesToOrigin : limits.bytesToClient
    }

    /// Pays for bytes. Returns in how many milliseconds they may move.
    func pay(_ bytes: UInt64, _ direction: ClientTable.Direction, _ place: ClientTable.Place, nowMs: UInt64) -> UInt64 {
        guard rate(direction) != nil else { return 0 }
        return table.withLock { $0.moved(bytes, direction, place, nowMs: nowMs) }
    }

    /// Bytes that were paid for do not move.
    func giveBack(_ bytes: UInt64, _ direction: ClientTable.Direction, _ place: ClientTable.Place) {
        guard rate(direction) != nil else { return }
        table.withLock { $0.giveBack(bytes, direction, place) }
    }
}
