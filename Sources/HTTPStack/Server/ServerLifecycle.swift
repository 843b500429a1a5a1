/// The life of a client connection as a pure machine: one exchange after another, and how it ends.
///
/// Keeps four facts of an exchange apart: EOI of the request, end of the response, EOS of the client, and whether the
/// connection may serve another request. Requests are served one at a time, so responses leave in order.
struct ServerLifecycle {
    /// Where the connection stands.
    enum Phase: UInt8 {
        /// Between messages or inside a head. To `exchange`, or to `closed`.
        case head
        /// A request is being served. To `head`, `draining`, `lingering`, `closing` or `handedOver`.
        case exchange
        /// The response is complete, the request is not: its rest is read and dropped. To `head` or `lingering`.
        case draining
        /// SHUT, and reading on so that unread bytes do not turn the close into a reset. To `closed`.
        case lingering
        /// Everything is written but not yet sent. To `closed`.
        case closing
        /// The socket belongs to a tunnel.
        case handedOver
        case closed
    }

    /// What the connection has to do.
    enum Action: UInt8 {
        case none
        /// Take the next request from what is buffered, or wait for it.
        case nextRequest
        /// Read and drop the request's rest, within bounds.
        case drain
        /// Close when everything written is out.
        case close
        /// SHUT, then read and drop until EOS, within bounds.
        case linger
        /// The request is cut off: tell its reader, and close.
        case abort
    }

    private(set) var phase = Phase.head
    private(set) var requestEnded = false
    private(set) var responseEnded = false
    private(set) var clientEnded = false
    private(set) var mayPersist = true

    /// A request head was taken.
    mutating func requestStarted(mayPersist: Bool) {
        phase = .exchange
        requestEnded = false
        responseEnded = false
        self.mayPersist = mayPersist
    }

    /// The connection will be closed after this exchange: the response says so, or its framing needs it.
    mutating func closeAfterResponse() { mayPersist = false }

    /// EOI of the request.
    mutating func requestCompleted() -> Action {
        requestEnded = true
        guard phase == .draining else { return .none }
        return finishExchange()
    }

    /// The response was written whole. `unreadBytes`: the client's bytes that nobody will read if the connection closes now.
    mutating func responseCompleted(hasUnreadBytes: Bool) -> Action {
        guard phase == .exchange else { return .none }
        responseEnded = true
        if requestEnded {
            if !mayPersist, hasUnreadBytes {
                phase = .lingering
                return .linger
            }
            return finishExchange()
        }
        if mayPersist {
            phase = .draining
            return .drain
        }
        phase = .lingering
        return .linger
    }

    /// The drain came to its bound.
    mutating func drainGivenUp() -> Action {
        guard phase == .draining else { return .none }
        phase = .lingering
        return .linger
    }

    /// EOS of the client. It may still want its answers: only a request that is not complete is lost. `hasUnreadBytes`: what
    /// was read before waits to be taken, and may hold the rest of the request or whole ones.
    mutating func clientClosedItsSide(hasUnreadBytes: Bool = false) -> Action {
        clientEnded = true
        switch phase {
        case .head where hasUnreadBytes: return .none
        case .head, .lingering, .draining:
            phase = .closing
            return .close
        case .exchange: return requestEnded || hasUnreadBytes ? .none : .abort
        case .closing, .handedOver, .closed: return .none
        }
    }

    /// No more requests are expected in what is buffered, and the client has ended.
    mutating func idleAfterClientEnd() -> Action {
        guard phase == .head, clientEnded else { return .none }
        phase = .closing
        return .close
    }

    mutating func handOver() { phase = .handedOver }
    mutating func close() { phase = .closed }

    private mutating func finishExchange() -> Action {
        if mayPersist {
            phase = .head
            return .nextRequest
        }
        phase = .closing
        return .close
    }
}
