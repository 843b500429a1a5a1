import Engine
import HTTPWire
import Pool

/// Connections to origins for one loop: which request goes out on which socket. Node `http.Agent`.
///
/// The shell around `Pool`: it dials, closes, and passes sockets to the agents of other loops as the machine says.
/// Confined to its loop.
public final class Agent: LoopObject, NameDialOwner {
    public let loop: EventLoop
    public let options: AgentOptions
    public let connector: Connector

    private var pool: Pool<OriginKey, ClientConnection>
    private var table = OriginTable()
    private var actions = ActionBuffer()
    private var isPerforming = false
    private var dials: [UInt64: PendingDial] = [:]
    private var nextDial: UInt64 = 0
    private var dialFailure = ExchangeFailure(.connectFailed)
    private var sweepTimer = EngineTimerID.none
    /// Holds this agent; whoever made the group keeps it for as long as its agents work.
    private unowned let group: AgentGroup

    private struct PendingDial {
        let dial: NameDial
        let origin: OriginRef
        let waiter: WaiterRef
        let key: OriginKey
    }

    private static let sweepMs: UInt64 = 250

    init(
        loop: EventLoop, index: Int, shared: SharedOrigins<OriginKey>, connector: Connector, options: AgentOptions,
        group: AgentGroup
    ) {
        self.loop = loop
        self.options = options
        self.connector = connector
        self.group = group
        pool = Pool(loopIndex: index, shared: shared, limits: options.pool)
    }

    // MARK: Requests

    /// Sends the request to `host` (a name or a numeric address without brackets, any case) on `port`, on a free socket, a new
    /// one, or in its turn. The delegate hears, possibly before this returns.
    public func start(_ request: ClientRequest, host: UnsafeRawBufferPointer, port: UInt16) {
        request.agent = self
        request.startedNs = loop.nowNs
        let origin = table.find(host, port: port) ?? remember(host, port)
        // SAFETY: the pool keeps the pointer's bits as the waiter's name; `retain` below keeps the request alive for as long as
        // the pool may hand that name back, and every way a waiter ends releases it once.
        let waiter = UInt64(UInt(bitPattern: Unmanaged.passUnretained(request).toOpaque()))
        var action = pool.acquire(
            origin, waiter: waiter, nowMs: Int64(loop.nowMs), fresh: request.freshness != .any,
            mayReuse: request.freshness != .new)
        if case .rejected(.originForgotten) = action {
            action = pool.acquire(
                remember(host, port), waiter: waiter, nowMs: Int64(loop.nowMs), fresh: request.freshness != .any,
                mayReuse: request.freshness != .new)
        }
        if case .use(let socket) = action { return pool[socket].start(request) }
        begin(action, request, origin: table.find(host, port: port) ?? origin)
    }

    private func begin(_ action: AcquireAction, _ request: ClientRequest, origin: OriginRef) {
        armSweep()
        switch action {
        case .use(let socket): pool[socket].start(request)
        case .dial(let waiter):
            wait(request, waiter)
            dial(origin, waiter)
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
        guard let waiter = request.waiter else { return }
        request.waiter = nil
        // SAFETY: the counterpart of `wait`: a waiter that the pool still knew will never be handed back.
        if pool.cancel(waiter) { Unmanaged.passUnretained(request).release() }
    }

    // MARK: Sockets

    func release(_ connection: ClientConnection, idleLimitMs wanted: Int64) {
        guard let ref = connection.ref else { return connection.close() }
        let now = Int64(loop.nowMs)
        let idleLimitMs = group.socketCount <= options.socketsToKeepBelow ? wanted : 0
        let action = pool.release(ref, nowMs: now, idleLimitMs: idleLimitMs, reusable: true)
        place(connection, action, idleSinceMs: now, idleLimitMs: idleLimitMs)
        armSweep()
    }

    private func place(_ connection: ClientConnection, _ action: ReleaseAction, idleSinceMs: Int64, idleLimitMs: Int64)
    {
        switch action {
        case .use(let waiter):
            guard let request = take(waiter) else { return connection.close() }
            guard !connection.socket.isClosed else {
                connection.close()
                return request.fail(ExchangeFailure(.closedBeforeResponse, isStaleSocket: true))
            }
            connection.start(request)
        case .park:
            if connection.socket.isClosed { return connection.close() }
            connection.socket.resumeReading()
        case .close: connection.close()
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

    func socketOpened() { group.socketOpened() }
    func socketClosed() { group.socketClosed() }

    /// The connection's socket serves a tunnel from now on: its slot is free.
    func leftPool(_ connection: ClientConnection) { closed(connection) }

    private func perform() {
        guard !isPerforming else { return }
        isPerforming = true
        defer { isPerforming = false }
        while let action = actions.next() {
            switch action {
            case .dial(let origin, let waiter, _): dial(origin, waiter)
            case .close(let socket): pool[socket].close()
            case .ask(let origin, let target): group.ask(target, for: pool.key(of: origin), from: loop.index)
            case .grant(let origin, let target): group.grant(pool.key(of: origin), to: target)
            case .dialFailed(let waiter): take(waiter)?.fail(dialFailure)
            case .timedOut(let waiter): take(waiter)?.fail(ExchangeFailure(.queueTimedOut))
            }
        }
    }

    // MARK: Dialling

    private func dial(_ origin: OriginRef, _ waiter: WaiterRef) {
        let key = pool.key(of: origin)
        nextDial += 1
        let dial = NameDial(connector: connector, host: key.host, port: key.port, owner: self, token: nextDial)
        dials[nextDial] = PendingDial(dial: dial, origin: origin, waiter: waiter, key: key)
        dial.start()
    }

    public func nameDial(_ dial: NameDial, connected socket: Socket) {
        guard let pending = dials.removeValue(forKey: dial.token) else { return socket.close() }
        let connection = ClientConnection(
            agent: self, socket: socket, key: pending.key, resolveNs: dial.resolveNs, connectNs: dial.connectNs)
        let now = Int64(loop.nowMs)
        let idle = options.pool.idleTimeoutMs
        let arrival = pool.dialled(pending.origin, for: pending.waiter, connection, nowMs: now, idleLimitMs: idle)
        connection.ref = arrival.socket
        place(connection, arrival.action, idleSinceMs: now, idleLimitMs: idle)
        armSweep()
    }

    public func nameDial(_ dial: NameDial, failed failure: ConnectFailure) {
        guard let pending = dials.removeValue(forKey: dial.token) else { return }
        dialFailure = ExchangeFailure(connect: failure)
        pool.dialFailed(pending.origin, for: pending.waiter, &actions)
        perform()
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
        let connection = ClientConnection(
            agent: self, socket: parcel.open(on: loop), key: key, served: parcel.served)
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

    /// Closes the free sockets and keeps none from now on. Requests are still served.
    public func drain() {
        pool.drain(&actions)
        perform()
    }

    /// Figures of this loop's share of the pool.
    public func snapshot() -> PoolSnapshot<OriginKey> { pool.snapshot() }
}
