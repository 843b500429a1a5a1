/// How one loop connects to names: resolver, socket options, deadlines, and which addresses may be dialled.
public final class Connector {
    /// The loop whose dials these are.
    public let loop: EventLoop
    /// Turns names into addresses.
    public let resolver: Resolver
    /// What every socket gets when it is about a second old.
    public var tcp: TCPOptions { young.tcp }
    /// For resolving and dialling together, over all addresses of the name.
    public var timeoutMs: UInt64
    /// For one address while others remain.
    public var attemptMs: UInt64
    /// Between the beginnings of two attempts, unless one fails before. RFC 8305 5 recommends 250, and 10 at least.
    public var staggerMs: UInt64
    /// May this address be dialled, whoever asks for it? Asked for every address right before dialling, and once more for the
    /// address of a socket that is connected; there is no way around it. What differs by request is an `AddressJudge`'s.
    public var mayDial: (SocketAddress) -> Bool
    var families = FamilyMemory()
    let young: YoungSockets

    /// A connector that may dial what `mayDial` lets it: everything, unless that is given. Times are in milliseconds.
    public init(
        loop: EventLoop, resolver: Resolver, tcp: TCPOptions = TCPOptions(), timeoutMs: UInt64 = 10_000,
        attemptMs: UInt64 = 3_000, staggerMs: UInt64 = 250, mayDial: @escaping (SocketAddress) -> Bool = { _ in true }
    ) {
        self.loop = loop
        self.resolver = resolver
        young = YoungSockets(loop, tcp)
        self.timeoutMs = timeoutMs
        self.attemptMs = attemptMs
        self.staggerMs = staggerMs
        self.mayDial = mayDial
    }

    /// Looks after a socket that another loop has dialled, as after one of its own.
    public func adopt(_ socket: Socket) {
        if !socket.isClosed { young.lasting.add(socket) }
    }
}
