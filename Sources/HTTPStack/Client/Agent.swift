import Engine
import HTTPWire
import Pool

/// Connections to origins for one loop: which request goes out on which socket. Node `http.Agent`.
///
/// The shell around `Pool`: it dials, closes, and passes sockets to the agents of other loops as the machine says.
/// Confined to its loop.
public final class Agent: LoopObject, NameDialOwner {
    /// The loop whose requests these are.
    public let loop: EventLoop
    /// Limits and deadlines.
    public internal(set) var options: AgentOptions

    var pool: Pool<OriginKey, ClientConnection>
    private let makeConnector: () throws -> Connector
    private var connector: Connector?
    private var table = OriginTable()
    var actions = ActionBuffer()
    private var isPerforming = false
    var dials: [UInt64: PendingDial] = [:]
    private var nextDial: UInt64 = 0
    private var dialFailure = ExchangeFailure(.connectFailed)
    private var sweepTimer = EngineTimerID.none
    /// Holds this agent; whoever made the group keeps it for as long as its agents work.
    private unowned let group: AgentGroup
    private let openSockets: OpenSocketCount
    /// The group of an agent that is alone, which does not hold it.
    private let ownGroup: AgentGroup?

    private static let sweepMs: UInt64 = 250

    init(
        loop: EventLoop, index: Int, shared: SharedOrigins<OriginKey>, connector: Connector, options: AgentOptions,
        group: AgentGroup
    ) {
        self.loop = loop
        self.options = options
        self.connector = connector
        makeConnector = { connector }
        self.group = group
        openSockets = group.openSockets
        ownGroup = nil
        pool = Pool(loopIndex: index, shared: shared, limits: options.pool)
    }

    /// An agent that shares nothing with others. Its connector is made for the first connection.
    init(loop: EventLoop, options: AgentOptions, connector: @escaping () throws -> Connector) {
        self.loop = loop
        self.options = options
        makeConnector = connector
        let group = AgentGroup()
        self.group = group
        openSockets = group.openSockets
        ownGroup = group
        let shared = SharedOrigins<OriginKey>(loopCount: 1)
        pool = Pool(loopIndex: 0, shared: shared, limits: options.pool)
    }

    // MARK: Requests

    /// Sends the request to `host` (a name or a numeric address without brackets, any case) on `port`, on a free socket, a new
    /// one, or in its turn. The delegate hears, possibly before this returns.
    public func start(_ request: ClientRequest, host: UnsafeRawBufferPointer, port: UInt16) {
        let origin = table.find(host, port: port) ?? remember(host, port)
        let action = acquire(origin, for: request)
        guard case .rejected(.originForgotten) = action else { return begin(action, request, origin: origin) }
        let again = remember(host, port)
        begin(acquire(again, for: request), request, origin: again)
    }

    /// The same for an origin that is asked again and again.
    public func start(_ request: ClientRequest, to handle: OriginHandle) {
        let origin = handle.origin ?? pool.origin(for: handle.key)
        handle.origin = origin
        let action = acquire(origin, for: request)
        guard case .rejected(.originForgotten) = action else { return begin(action, request, origin: origin) }
        let again = pool.origin(for: handle.key)
        handle.origin = again
        begin(acquire(again, for: request), request, origin: again)
    }

    /// The same for an origin by its key: with a local address, too.
    func start(_ request: ClientRequest, key: OriginKey) {
        let origin = pool.origin(for: key)
        begin(acquire(origin, for: request), request, origin: origin)
    }

    @inline(__always)
    private func acquire(_ origin: OriginRef, for request: ClientRequest) -> AcquireAction {
        request.startedNs = loop.nowNs
        // SAFETY: the pool keeps the pointer's bits as the waiter's name; `wait` keeps the request alive for as long as the pool
        // may hand that name back, and every way a waiter ends releases it once.
        let waiter = UInt64(UInt(bitPattern: Unmanaged.passUnretained(request).toOpaque()))
        return pool.acquire(
            origin, waiter: waiter, nowMs: Int64(loop.nowMs), fresh: request.freshness != .any,
            mayReuse: request.freshness != .new)
    }

    /// Sends the request on a connection of its own, which is none of the pool's: to a unix socket, when a path is given.
    func startAlone(_ request: ClientRequest, key: OriginKey, socketPath: String?) {
        request.startedNs = loop.nowNs
        dialAlone(key, request, socketPath: socketPath)
    }

    private func dialAlone(_ key: OriginKey, _ request: ClientRequest, socketPath: String? = nil) {
        request.agent = self
        dial(key, socketPath: socketPath, judge: request.judge, for: .request(request))
    }

    /// The pool gave the request this connection: it goes out on it, if it may go where that leads.
    @inline(__always)
    private func serve(_ request: ClientRequest, on connection: ClientConnection) {
        if request.judge != nil, !connection.mayServe(request) { return decline(connection, request) }
        connection.start(request)
    }

    /// The connection was made for a request that may go to places which this one may not: others get it, and this one gets one
    /// of its own.
    private func decline(_ connection: ClientConnection, _ request: ClientRequest) {
        dialAlone(connection.key, request)
        guard let ref = connection.ref else { return connection.close() }
        let declined = pool.declined(ref, nowMs: Int64(loop.nowMs))
        place(connection, declined.action, idleSinceMs: declined.idleSinceMs, idleLimitMs: declined.idleLimitMs)
    }

    private func begin(_ action: AcquireAction, _ request: ClientRequest, origin: OriginRef) {
        if case .use(let socket) = action { return serve(request, on: pool[socket]) }
        armSweep()
        switch action {
        case .use: break
        case .dial(let waiter):
            wait(request, waiter)
            dial(origin, waiter, judge: request.judge)
        case .queued(let waiter): wait(request, waiter)
        case .ask(let loopIndex, let waiter):
            wait(request, waiter)
            group.ask(loopIndex, for: pool.key(of: origin), from: loop.index)
        case .evict(let socket, let waiter):
            wait(request, waiter)
            pool[socket].close()
        case .rejected: request.fail(ExchangeFailure(.queueFull))
        }
    }

    private func remember(_ host: UnsafeRawBufferPointer, _ port: UInt16) -> OriginRef {
        let key = OriginKey(host: String(decoding: host, as: UTF8.self), port: port)
        let origin = pool.origin(for: key)
        table.insert(key, origin)
        return origin
    }

    private func wait(_ request: ClientRequest, _ waiter: WaiterRef) {
        request.agent = self
        request.waiter = waiter
        _ = Unmanaged.passRetained(request)
    }

    /// The request behind a waiter's name, which has just left the pool.
    private func take(_ waiter: WaiterID) -> ClientRequest? {
        guard let pointer = UnsafeRawPointer(bitPattern: UInt(waiter)) else { return nil }
        // SAFETY: the counterpart of `wait`.
        let request = Unmanaged<ClientRequest>.fromOpaque(pointer).takeRetainedValue()
        request.waiter = nil
        return request
    }

    func cancel(_ request: ClientRequest) {
        guard let waiter = request.waiter else { return cancelDial(for: request) }
        request.waiter = nil
        // SAFETY: the counterpart of `wait`: a waiter that the pool still knew will never be handed back.
        if pool.cancel(waiter) { Unmanaged.passUnretained(request).release() }
    }

    private func cancelDial(for request: ClientRequest) {
        for (token, pending) in dials {
            guard case .request(let dialled) = pending.purpose, dialled === request else { continue }
            dials[token] = nil
            pending.dial.cancel()
        }
    }

    // MARK: Sockets

    func release(_ connection: ClientConnection, idleLimitMs wanted: Int64) {
        guard let ref = connection.ref else { return connection.close() }
        let now = Int64(loop.nowMs)
        let idleLimitMs = openSockets.current <= options.socketsToKeepBelow ? wanted : 0
        let action = pool.release(ref, nowMs: now, idleLimitMs: idleLimitMs, reusable: true)
        place(connection, action, idleSinceMs: now, idleLimitMs: idleLimitMs)
        armSweep()
    }

    private func place(_ connection: ClientConnection, _ action: ReleaseAction, idleSinceMs: Int64, idleLimitMs: Int64)
    {
        var action = action
        // Until somebody takes it: any number of requests that must not have it may wait.
        while case .use(let waiter) = action {
            guard let request = take(waiter) else { return connection.close() }
            guard !connection.socket.isClosed else {
                connection.close()
                return request.fail(ExchangeFailure(.closedBeforeResponse, isStaleSocket: true))
            }
            guard let ref = connection.ref, request.judge != nil, !connection.mayServe(request) else {
                return connection.start(request)
            }
            dialAlone(connection.key, request)
            // With the same idle time: it has not been used.
            action = pool.declined(ref, nowMs: Int64(loop.nowMs)).action
        }
        switch action {
        case .use, .close: connection.close()
        case .park:
            if connection.socket.isClosed { return connection.close() }
            connection.socket.resumeReading()
        case .give(let target):
            connection.ref = nil
            let given = GivenSocket(connection: connection, idleSinceMs: idleSinceMs, idleLimitMs: idleLimitMs)
            group.give(given, to: target)
        }
    }

    func closed(_ connection: ClientConnection) {
        guard let ref = connection.ref else { return }
        connection.ref = nil
        pool.closed(ref, &actions)
        perform()
    }

    func socketOpened() { openSockets.opened() }
    func socketClosed() { openSockets.closed() }

    /// The connection's socket serves a tunnel from now on: its slot is free.
    func leftPool(_ connection: ClientConnection) { closed(connection) }

    func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while let action = actions.next() {
            switch action {
            case .dial(let origin, let waiter, _): dialLater(origin, waiter)
            case .close(let socket): pool[socket].close()
            case .ask(let origin, let target): group.ask(target, for: pool.key(of: origin), from: loop.index)
            case .grant(let origin, let target): group.grant(pool.key(of: origin), to: target)
            case .dialFailed(let waiter): take(waiter)?.fail(dialFailure)
            case .timedOut(let waiter): take(waiter)?.fail(ExchangeFailure(.queueTimedOut))
            }
        }
    }

    // MARK: Dialling

    private func dial(_ origin: OriginRef, _ waiter: WaiterRef, judge: (any AddressJudge)?) {
        dial(pool.key(of: origin), socketPath: nil, judge: judge, for: .pool(origin, waiter))
    }

    /// A dial that the pool ordered some time after its request came.
    private func dialLater(_ origin: OriginRef, _ waiter: WaiterRef) {
        guard let id = pool.waiterID(waiter), let pointer = UnsafeRawPointer(bitPattern: UInt(id)) else {
            // The request has gone since, and nobody else's rights are known: whoever still waits gets a dial by its own.
            return pool.dialFailed(origin, for: waiter, &actions)
        }
        // SAFETY: a request is retained while the pool knows it as a waiter; see `wait`.
        let request = Unmanaged<ClientRequest>.fromOpaque(pointer).takeUnretainedValue()
        dial(origin, waiter, judge: request.judge)
    }

    private func dial(
        _ key: OriginKey, socketPath: String?, judge: (any AddressJudge)?, for purpose: PendingDial.Purpose
    ) {
        guard let connector = try? connector ?? makeConnector() else {
            // No descriptors or memory for a resolver. Later, because the pool may be in the middle of a call.
            return loop.soon { [self] in dialEnded(purpose, ExchangeFailure(.resolve(.noResources))) }
        }
        self.connector = connector
        nextDial += 1
        let dial = NameDial(
            connector: connector, host: key.host, port: key.port,
            localAddress: key.localAddress.isEmpty ? nil : key.localAddress, socketPath: socketPath, speaksFirst: true,
            judge: judge, owner: self, token: nextDial)
        dials[nextDial] = PendingDial(dial: dial, purpose: purpose, key: key)
        dial.start()
    }

    public func nameDial(_ dial: NameDial, connected socket: Socket) {
        guard let pending = dials.removeValue(forKey: dial.token) else { return socket.close() }
        var isPooled = true
        if case .request = pending.purpose { isPooled = false }
        let connection = ClientConnection(
            agent: self, socket: socket, key: pending.key, peer: dial.peerAddress, resolveNs: dial.resolveNs,
            connectNs: dial.connectNs, isPooled: isPooled)
        switch pending.purpose {
        case .request(let request): connection.start(request)
        case .pool(let origin, let waiter):
            let now = Int64(loop.nowMs)
            let idle = options.keepAlive ? options.pool.idleTimeoutMs : 0
            let arrival = pool.dialled(origin, for: waiter, connection, nowMs: now, idleLimitMs: idle)
            connection.ref = arrival.socket
            place(connection, arrival.action, idleSinceMs: now, idleLimitMs: idle)
            armSweep()
        }
    }

    public func nameDial(_ dial: NameDial, failed failure: ConnectFailure) {
        guard let pending = dials.removeValue(forKey: dial.token) else { return }
        dialEnded(pending.purpose, ExchangeFailure(connect: failure))
    }

    func dialEnded(_ purpose: PendingDial.Purpose, _ failure: ExchangeFailure) {
        switch purpose {
        case .request(let request): request.fail(failure)
        case .pool(let origin, let waiter):
            dialFailure = failure
            pool.dialFailed(origin, for: waiter, &actions)
            perform()
        }
    }

    // MARK: Other loops

    func asked(_ key: OriginKey, by asker: Int) {
        guard let given = pool.asked(key) else {
            group.answerNothing(key, to: asker)
            return
        }
        given.connection.ref = nil
        group.give(given, to: asker)
    }

    func askFailed(_ key: OriginKey) {
        pool.askFailed(key, &actions)
        perform()
    }

    func granted(_ key: OriginKey) {
        pool.granted(key, &actions)
        perform()
    }

    /// A connection arrives from another loop. A descriptor that cannot be registered here is a connection that dies at once.
    func received(_ key: OriginKey, _ parcel: AgentGroup.Parcel) {
        let socket = parcel.open(on: loop)
        connector?.adopt(socket)
        let connection = ClientConnection(
            agent: self, socket: socket, key: key, peer: parcel.peer, served: parcel.served)
        let given = GivenSocket(
            connection: connection, idleSinceMs: parcel.idleSinceMs, idleLimitMs: parcel.idleLimitMs,
            answersQuestion: parcel.answersQuestion)
        let arrival = pool.received(key, given, nowMs: Int64(loop.nowMs), &actions)
        connection.ref = arrival.socket
        place(connection, arrival.action, idleSinceMs: parcel.idleSinceMs, idleLimitMs: parcel.idleLimitMs)
        perform()
        armSweep()
    }

    // MARK: Time

    private func armSweep() {
        guard sweepTimer.isNone else { return }
        sweepTimer = loop.schedule(self, afterMs: Self.sweepMs)
    }

    override public func timerFired(_ tag: UInt8) {
        sweepTimer = .none
        pool.sweep(nowMs: Int64(loop.nowMs), &actions)
        perform()
        if !pool.isEmpty { armSweep() }
    }
}
