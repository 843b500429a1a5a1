import Policy

/// All limits of the process that concern single clients, shared by its loops.
struct LimitBook: Sendable {
    let addresses: LimitLedger?
    let users: LimitLedger?
    /// What the proxy calls itself in Via.
    let name: String?

    /// The settings' limits, for at most `connections` at the same time; nil when there are none.
    init?(_ settings: Settings, connections: Int, nowMs: UInt64) {
        name = settings.via
        addresses = LimitLedger(ClientLimits(settings.clientLimits), .client, connections: connections, nowMs: nowMs)
        users = LimitLedger(ClientLimits(settings.userLimits), .user, connections: connections, nowMs: nowMs)
        if addresses == nil, users == nil { return nil }
    }

    /// The size of pieces in which bytes are paid for, one way; nil when that way has no limit.
    func pieceBytes(_ direction: ClientTable.Direction) -> UInt64? {
        let rates = [addresses?.rate(direction), users?.rate(direction)].compactMap { $0 }
        return rates.map { ByteMeter.pieceBytes(of: $0) }.min()
    }
}
