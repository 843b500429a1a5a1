import Engine
import HTTPWire

/// What a server does with requests. Called on the server's loop; the head's bytes are borrowed for the call.
public protocol ServerDelegate: AnyObject {
    /// A client has connected from `peer`. One `.beyondLimit` is to be refused or turned away.
    func server(_ server: Server, accepted peer: SocketAddress, _ admission: Listener.Admission) -> ClientWelcome
    /// A connection with a companion has ended. Not called for one that was handed over: who took it over has the companion.
    func server(_ server: Server, ended companion: AnyObject)
    /// A request. Answer through `response`, now or later; resume `message` to get its body.
    func server(_ server: Server, request message: IncomingMessage, response: ServerResponse)
    /// A CONNECT request: answer it, or `response.takeOver` after writing a 2xx head.
    func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse)
    /// The client sent what is not a request. Answer with `status` and `reason`; the connection closes after that.
    func server(_ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse)
}

extension ServerDelegate {
    /// Serves those who have a place, and keeps nothing.
    public func server(
        _ server: Server, accepted peer: SocketAddress, _ admission: Listener.Admission
    ) -> ClientWelcome { admission == .served ? .serve(nil) : .turnAway([]) }
    /// Does nothing.
    public func server(_ server: Server, ended companion: AnyObject) {}
}

/// An HTTP/1 server on one loop. Node `http.Server`.
///
/// Requests go to a delegate, which gets them as they are, or to closures, in Node's names and with Node's defaults.
/// `HTTP.createServer` makes one for closures. Closures run on the loop, and none of them inside the call that causes it.
///
/// Confined to its loop: for several cores, make one server per loop and let them share the port.
public final class Server {
    /// The loop that the server and all its connections live on.
    public let loop: EventLoop
    /// Limits and deadlines of the connections.
    public let options: ServerOptions
    /// Takes requests, if set; else the closures below do. Not held: it must live for as long as the server serves.
    ///
    /// `unowned` rather than `weak`: a weak reference would slow down every retain of the delegate.
    public unowned var delegate: (any ServerDelegate)?

    // MARK: Requests

    /// A request and its response, once for each; requests of a connection come one after another, each when the response to
    /// the one before has ended. Without it they are answered 404. What it throws is answered with 500 if no head was sent,
    /// and else cuts the connection off.
    public var onRequest: ((IncomingMessage, ServerResponse) throws -> Void)?
    /// A request that expects 100-continue, in place of `onRequest`: `writeContinue`, or a final status, after which the
    /// connection closes. Without it 100 is sent, and the request goes to `onRequest`. HTTP/1.0's do so without the 100.
    public var onCheckContinue: ((IncomingMessage, ServerResponse) throws -> Void)?
    /// A CONNECT request, the client's socket, and the bytes that came behind the head. The socket is the program's own from
    /// here on, without any deadline of HTTP's. Without it the connection is closed.
    public var onConnect: ((IncomingMessage, Socket, [UInt8]) throws -> Void)?
    /// A request with an Upgrade that is meant for this hop (`Connection: upgrade`) and without a body, as `onConnect`: write
    /// the 101 to the socket. Other requests with an Upgrade, and all where this is not set, are served as if they had none.
    public var onUpgrade: ((IncomingMessage, Socket, [UInt8]) throws -> Void)?

    // MARK: Connections

    /// A client's socket, before any request. Its bytes belong to HTTP.
    public var onConnection: ((Socket) -> Void)?
    /// What came is not HTTP, or the connection failed inside a request. The socket is the program's: it must answer and end
    /// it, or destroy it. Without it clients that can still read are answered, with 400 or what fits better.
    public var onClientError: ((ClientError, Socket) throws -> Void)?
    /// A connection was inactive for `timeout` milliseconds. If neither this nor its request or response has an `onTimeout`, it
    /// is cut off.
    public var onTimeout: ((Socket) -> Void)?
    /// What a handler has thrown.
    public var onHandlerError: ((any Error) -> Void)?
    /// Milliseconds without a byte either way after which a connection counts as inactive; 0 for never, as here; 120 000 from
    /// `HTTP.createServer`. A change concerns connections that are made after it.
    public var timeout = 0
    /// Must an HTTP/1.1 request have one Host? It is answered 400 otherwise. RFC 9112 3.2.
    public var requiresHost = true

    // MARK: The server

    /// The server listens; after the return of `listen`.
    public var onListening: (() -> Void)?
    /// The server has stopped listening, and its last connection has ended.
    public var onClose: (() -> Void)?
    /// The server could not listen. Without it the error ends `HTTP.run`, which throws it.
    public var onError: ((ListenError) -> Void)?

    let date: HTTPDate
    private(set) var headLimits: HeadLimits
    private(set) var listeners: [Listener] = []
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
    /// Connections that were closed because not a byte of a first request came in time.
    public private(set) var silentCount: UInt64 = 0
    /// Connections that were closed without a look at their request.
    public var turnedAway: UInt64 { listeners.reduce(turnedAwayCount) { $0 &+ $1.turnedAway } }
    private var turnedAwayCount: UInt64 = 0
    /// Open connections that wait for a request.
    public var idleCount: Int { connections.reduce(0) { $0 + ($1.isIdle ? 1 : 0) } }
    /// How often listeners had to stop accepting for want of descriptors or places.
    public var acceptPauses: Int { listeners.reduce(0) { $0 + $1.pauses } }

    /// A server that does not listen yet, with no `timeout`; `HTTP.createServer` makes one with Node's defaults. Servers of
    /// a loop may share `date`, whose text is made once a second.
    public init(loop: EventLoop, options: ServerOptions = ServerOptions(), date: HTTPDate = HTTPDate()) {
        self.loop = loop
        self.options = options
        self.date = date
        headLimits = options.limits
    }

    deinit { for connection in freeConnections { connection.discard() } }

    /// Most field lines in a request's head; a request with more is answered 431, never cut. 0 for as many as fit into a head.
    ///
    /// A change concerns requests that come after it.
    public var maxHeadersCount: Int {
        get { headLimits.fields }
        set {
            // A field line has four bytes at least.
            headLimits.fields = newValue > 0 ? newValue : HeadLimits.largestHeadBytes / 4
            freeExchanges = []
        }
    }

    /// Sets `timeout`, for connections to come, and `onTimeout`.
    public func setTimeout(_ msecs: Int, _ onTimeout: ((Socket) -> Void)? = nil) {
        timeout = msecs
        if let onTimeout { self.onTimeout = onTimeout }
    }

    // MARK: Listening

    /// Accepts connections from a listening descriptor. May be called several times. Throws what epoll_ctl refused.
    public func listen(_ listening: consuming ListeningDescriptor, budget: ConnectionBudget? = nil) throws(Errno) {
        let listener = try Listener(loop: loop, listening, budget: budget) { [unowned self] socket, peer, admission in
            accept(socket, peer: peer, admission)
        }
        listeners.append(listener)
        stayAlive()
    }

    /// Where the server listens, with the port that the kernel chose; nil when it does not.
    public var address: SocketAddress? { listeners.first?.address }

    /// Stops accepting. Open connections live on; `onClose` and then `closed` are called when the last has ended.
    public func close(_ closed: (() -> Void)? = nil) {
        if let closed {
            let onClose = onClose
            self.onClose = {
                onClose?()
                closed()
            }
        }
        for listener in listeners { listener.close() }
        listeners = []
        releaseIfQuiet()
    }

    private func stayAlive() {
        guard keepAlive == nil else { return }
        keepAlive = self
        loop.ref()
    }

    private func releaseIfQuiet() {
        guard listeners.isEmpty, connections.isEmpty, keepAlive != nil else { return }
        loop.unref()
        if let onClose {
            self.onClose = nil
            loop.soon(onClose)
        }
        keepAlive = nil
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

    private func accept(_ socket: Socket, peer: SocketAddress, _ admission: Listener.Admission) {
        acceptedCount &+= 1
        var companion: AnyObject?
        var isRefused = false
        switch delegate?.server(self, accepted: peer, admission) ?? .serve(nil) {
        case .serve(let kept): companion = kept
        case .refuse(let kept):
            companion = kept
            isRefused = true
        case .turnAway(let farewell): return turnAway(socket, farewell)
        }
        stayAlive()
        let connection = freeConnections.popLast() ?? ServerConnection(server: self)
        connection.index = connections.count
        connections.append(connection)
        connection.companion = companion
        connection.begin(socket, peer: peer, isDraining: isDraining, isRefused: isRefused)
        if let onConnection { onConnection(socket) }
    }

    /// What has come of its request is read first: unread bytes would turn the close into a reset, which can overtake the bytes.
    private func turnAway(_ socket: Socket, _ farewell: [UInt8]) {
        turnedAwayCount &+= 1
        _ = farewell.withUnsafeBytes { socket.write($0) }
        socket.flush()
        let block = loop.buffers.take()
        _ = socket.read(into: block.memory)
        loop.buffers.recycle(block)
        socket.close()
    }

    // MARK: The connections' side

    func takeExchange() -> Exchange {
        guard let exchange = freeExchanges.popLast() else { return Exchange(limits: headLimits) }
        exchange.prepare()
        return exchange
    }

    func recycle(_ exchange: consuming Exchange) {
        exchange.detach()
        if freeExchanges.count < Self.kept, exchange.limits == headLimits {
            freeExchanges.append(exchange)
        } else {
            exchange.forget()
        }
    }

    func countSilent() { silentCount &+= 1 }

    func remove(_ connection: ServerConnection) {
        let last = connections.removeLast()
        if last !== connection {
            connections[connection.index] = last
            last.index = connection.index
        }
        if freeConnections.count < Self.kept { freeConnections.append(connection) } else { connection.discard() }
        releaseIfQuiet()
    }
}
