import Engine

extension Socket {
    /// Connects to `host`, a name or a numeric address without brackets, and `port`. Node `net.connect`.
    ///
    /// All addresses of the name are tried, in the resolver's order, for at most ten seconds together. `done` is called once, on
    /// the loop, after this has returned: with the socket, which is the program's from then on, or with why there is none. The
    /// loop is the calling thread's unless one is named.
    public static func connect(
        port: UInt16, host: String = "localhost", on loop: EventLoop? = nil,
        _ done: @escaping (Result<Socket, ConnectFailure>) -> Void
    ) {
        let loop = HTTP.requiredLoop(loop, for: "Socket.connect")
        let waiting = ConnectWaiter(loop, done)
        let connector: Connector
        do {
            connector = try LoopConnector.of(loop)
        } catch {
            return loop.soon { waiting.finish(.failure(.resolve(error))) }
        }
        NameDial(connector: connector, host: host, port: port, owner: waiting).start()
    }
}

/// Waits for a dial on behalf of a closure, and keeps the loop from ending meanwhile.
private final class ConnectWaiter: NameDialOwner {
    private let loop: EventLoop
    private let done: (Result<Socket, ConnectFailure>) -> Void

    init(_ loop: EventLoop, _ done: @escaping (Result<Socket, ConnectFailure>) -> Void) {
        self.loop = loop
        self.done = done
        loop.ref()
    }

    func finish(_ result: Result<Socket, ConnectFailure>) {
        done(result)
        loop.unref()
    }

    func nameDial(_ dial: NameDial, connected socket: Socket) { finish(.success(socket)) }
    func nameDial(_ dial: NameDial, failed failure: ConnectFailure) { finish(.failure(failure)) }
}
