import Engine
import Policy

/// What is remembered of a client's connection, from its accept to its end; a tunnel that it becomes included.
///
/// The gate makes one when something that is configured needs it. Confined to its loop.
final class ClientSession {
    /// Where the client is; nil on a unix socket.
    let address: IPAddress?
    /// Is the client in one of the networks that the proxy serves?
    let isServed: Bool
    /// What limits count of it; nil without limits.
    let seat: ClientSeat?
    /// Why its first request is refused, whatever it is: there is no place for it.
    let refusal: ProxyError?
    /// Who logged in last on the connection.
    var login: RememberedLogin?

    init(address: IPAddress?, isServed: Bool = true, seat: ClientSeat? = nil, refusal: ProxyError? = nil) {
        self.address = address
        self.isServed = isServed
        self.seat = seat
        self.refusal = refusal
    }
}
