import Engine

/// Why a server does not listen. Node `'error'` of a server.
public enum ListenError: Error, Equatable, Sendable {
    /// The system refused: EADDRINUSE, EACCES, EBADF... `address` is nil where a descriptor was given.
    case system(Errno, address: SocketAddress?)
    /// The host is neither a numeric address nor `localhost`. Names are not looked up for listening.
    case unknownHost(String)
}
