import Engine
import Policy

/// One loop's share of the limits: makes seats, and counts how long bytes were held up.
final class LoopLimits {
    let loop: EventLoop
    let book: LimitBook
    /// Milliseconds for which reading was put off, all connections together.
    var heldToOriginMs: UInt64 = 0
    var heldToClientMs: UInt64 = 0

    init(_ book: LimitBook, loop: EventLoop) {
        self.book = book
        self.loop = loop
    }

    /// A place for a connection that was accepted from `address`; nil is a unix socket, whose clients have none.
    func seat(for address: IPAddress?) -> ClientSeat { ClientSeat(self, address: address) }
}
