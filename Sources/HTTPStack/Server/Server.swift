import Engine
import HTTPWire

/// What a server does with requests. Called on the server's loop; the head's bytes are borrowed for the call.
public protocol ServerDelegate: AnyObject {
    /// A request. Answer through `response`, now or later; resume `message` to get its body.
    func server(_ server: Server, request message: IncomingMessage, response: ServerResponse)
    /// A CONNECT request: answer it, or `response.takeOver` after writing a 2xx head.
    func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse)
    /// The client sent what is not a request. Answer with `status` and `reason`; the connection closes after that.
    func server(_ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse)
}

/// What was wrong with a client's bytes, before there was a request.
public struct ClientError: Error, Sendable {
    /// The status to answer with: 400, 408, 414, 431, 501 or 505.
    public let status: Int
    /// One sentence for the client.
    public let reason: StaticString
}

/// An HTTP/1 server on one loop. Node `http.Server`.
///
/// Confined to its loop: for several cores, make one server per loop and let them share the port.
public final class Server {
    public let loop: EventLoop
    public let options: ServerOptions
    /// Takes requests, if set; else the closures below do. Not held: it must live for as long as the server serves.
    ///
    /// `unowned` rather than `weak`: a weak reference would slow down every retain of the delegate.
    public unowned var delegate: (any ServerDelegate)?

    /// Node's events. Without `onRequest` a request is answered 404; without `onConnect` a CONNECT's connection is closed.
    public var onRequest: ((IncomingMessage, ServerResponse) -> Void)?
    /// The request, the client's socket, and the bytes that came behind the head.
    public var onConnect: ((IncomingMessage, Socket, [UInt8]) -> Void)?
    /// Requests that expect 100-continue; without it they are sent 100 and go to `onRequest`.
    public var onCheckContinue: ((IncomingMessage, ServerResponse) -> Void)?

    let date: HTTPDate
    private var listeners: [Listener] = []
    private var connections: ContiguousArray<ServerConnection> = []
    private var freeConnections: ContiguousArray<ServerConnection> = []
    private var freeExchanges: ContiguousArray<Exchange> = []
    private var isDraining = false
    /// A server that listens or serves lives on without anyone holding it, as Node's does; `close` lets it go.
    private var keepAlive: Server?

    /// Idle objects kept for reuse.
    private static let kept = 128

    /// Client connections that are open and not handed over.
    public var connectionCount: Int { connections.count }
    /// Connections accepted since the start.
    public private(set) var acceptedCount: UInt64 = 0
    /// Open connections that wait for a request.
    public var idleCount: Int { connections.reduce(0) { $0 + ($1.isIdle ? 1 : 0) } }
    /// How often listeners had to stop accepting for want of descriptors or places.
    public var acceptPauses: Int { listeners.reduce(0) { $0 + $1.pauses } }

    public init(loop: EventLoop, options: ServerOptions = ServerOptions(), date: HTTPDate = HTTPDate()) {
        self.loop = loop
        self.options = options
        self.date = date
    }

    /// Accepts connections from a listening descriptor. May be called several times. Throws what epoll_ctl refused.
    public func listen(_ listening: consuming ListeningDescriptor, budget: ConnectionBudget? = nil) throws(Errno) {
        let listener = try Listener(loop: loop, listening, budget: budget) { [unowned self] socket, peer in
            accept(socket, peer: peer)
        }
        listeners.append(listener)
        keepAlive = self
    }

    /// Stops accepting. Open connections live on.
    public func close() {
        for listener in listeners { listener.close() }
        listeners = []
        releaseIfQuiet()
    }

    private func releaseIfQuiet() {
        if listeners.isEmpty, connections.isEmpty { keepAlive = nil }
    }

    /// Stops accepting, closes connections that are idle, and lets the others end with their current exchange.
    public func drain() {
        close()
        isDraining = true
        for connection in connections.reversed() { connection.drain() }
    }

    /// Cuts off whatever is still open.
    public func destroy() {
        for connection in connections.reversed() { connection.stop() }
    }

    private func accept(_ socket: Socket, peer: SocketAddress) {
        acceptedCount &+= 1
        keepAlive = self
        let connection = freeConnections.popLast() ?? ServerConnection(server: self)
        connection.index = connections.count
        connections.append(connection)
        connection.begin(socket, peer: peer, isDraining: isDraining)
    }

    // MARK: The connections' side

    func takeExchange() -> Exchange {
        guard let exchange = freeExchanges.popLast() else { return Exchange(limits: options.limits) }
        exchange.prepare()
        return exchange
    }

    func recycle(_ exchange: Exchange) {
        exchange.detach()
        if freeExchanges.count < Self.kept { freeExchanges.append(exchange) }
    }

    func remove(_ connection: ServerConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        if freeConnections.count < Self.kept { freeConnections.append(connection) }
        releaseIfQuiet()
    }

    func dispatch(_ message: IncomingMessage, _ response: ServerResponse) {
        if let delegate {
            if message.head.method == .connect {
                delegate.server(self, connect: message, response: response)
            } else {
                delegate.server(self, request: message, response: response)
            }
            return
        }
        // Closures may keep the message: its bytes must outlive the read block.
        message.head.adopt()
        if message.head.method == .connect {
            guard let onConnect else { return response.destroy() }
            response.takeOver { socket, early, _ in onConnect(message, socket, Array(early)) }
        } else if message.head.expectsContinue, message.head.versionMinor >= 1 {
            if let onCheckContinue { return onCheckContinue(message, response) }
            response.writeContinue()
            request(message, response)
        } else {
            request(message, response)
        }
    }

    private func request(_ message: IncomingMessage, _ response: ServerResponse) {
        if let onRequest { return onRequest(message, response) }
        response.writeHead(404)
        response.end("Nothing is served here.\n")
    }

    func dispatch(_ error: ClientError, _ message: IncomingMessage, _ response: ServerResponse) {
        if let delegate {
            return delegate.server(self, clientError: error, message: message, response: response)
        }
        response.writeHead(error.status, headers: [("Content-Type", "text/plain; charset=utf-8")])
        response.end("\(error.reason)\n")
    }
}
