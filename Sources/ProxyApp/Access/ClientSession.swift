import Engine
import Policy

/// What is remembered of a client's connection, from its accept to its end; a tunnel that it becomes included.
///
/// The gate makes one when something that is configured needs it. Confined to its loop.
final class ClientSession {
    /// Where the client is; nil on a unix socket.
    let address: IPAddress?

    init(address: IPAddress?) { self.address = address }
}
