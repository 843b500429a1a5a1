/// Which connection serves which request, for one event loop.
///
/// A pure machine: inputs are calls, outputs are values that the shell performs; time is an argument (one
/// monotonic clock for all loops, in milliseconds). One value per loop, confined to it; the loops of a process
/// share the limits of each origin exactly, and free sockets through messages, by way of `SharedOrigins`.
/// A request that finds a free socket on its own loop takes no lock and allocates nothing.
///
/// The shell must:
/// - answer each dial with `dialled` or `dialFailed`, each `.close` or dead socket with `closed`;
/// - deliver `.ask`, `.give` and `.grant` to the other loop as `asked`, `received` and `granted`, and each
///   answer as `received` or `askFailed`: messages may be late and out of order, but none may be lost;
/// - call `sweep` every 250 ms: deadlines are that coarse, so no timer is kept per request or socket.
///
/// Sockets are named by `SocketRef`; `pool[socket]` is the shell's connection. Inputs with a ref that this pool
/// never issued, or that has ended, stop the process: state was lost, and guessing would serve one response to
/// two clients. The exceptions say so.
public struct Pool<Key: Hashable & Sendable, Connection>: ~Copyable {
    /// First, so that the inputs of every request find it without asking the generic type for its layout:
    /// they are compiled once, in this module, whatever `Key` and `Connection` are.
    var core: PoolCore
    let shared: SharedOrigins<Key>
    var known: [Key: OriginRef] = [:]
    /// By origin index.
    var keys: [Key?] = []
    /// By socket index.
    @usableFromInline var connections: [Connection?] = []

    /// The loop's index and the shared list, both fixed for life.
    ///
    /// - Parameter loopIndex: 0..<shared.loopCount, used by one pool only.
    /// - Parameter limits: the same for all loops of `shared`.
    public init(loopIndex: Int, shared: SharedOrigins<Key>, limits: PoolLimits) {
        core = PoolCore(loop: loopIndex, loopCount: shared.loopCount, limits: limits)
        self.shared = shared
    }

    /// Counts since the start.
    public var counters: PoolCounters { core.counters }

    /// True when no origin is remembered: nothing is left to sweep.
    public var isEmpty: Bool { known.isEmpty }

    // MARK: Origins

    /// The origin's name on this loop, made if need be. Hashes the key: callers keep the result beside
    /// their own hash of the request's bytes, and come back on `.rejected(.originForgotten)`.
    public mutating func origin(for key: Key) -> OriginRef {
        if let ref = known[key] { return ref }
        let ref = core.addOrigin(share: shared.retain(key))
        known[key] = ref
        while keys.count <= Int(ref.index) { keys.append(nil) }
        keys[Int(ref.index)] = key
        return ref
    }

    /// The key of an origin that is not forgotten: to address messages to other loops.
    public func key(of origin: OriginRef) -> Key {
        guard core.isLive(origin), let key = keys[Int(origin.index)] else { core.fail("unknown origin", origin) }
        return key
    }

    /// The shell's connection behind a live `SocketRef`.
    @inlinable
    public subscript(socket: SocketRef) -> Connection {
        expectLive(socket)
        guard let connection = connections[Int(socket.index)] else { preconditionFailure("\(socket) is not kept") }
        return connection
    }

    @usableFromInline
    func expectLive(_ socket: SocketRef) {
        if !core.sockets.holds(socket) { core.fail("unknown socket", socket) }
    }

    // MARK: Requests

    /// A request needs a socket.
    ///
    /// - Parameter waiter: the caller's name for the request, used if it must wait.
    /// - Parameter fresh: the request cannot be repeated: no socket that was idle for
    ///   `nonRetriableMaxIdleMs` or longer, and no question to other loops below the limit.
    /// - Parameter mayReuse: false for a request that is being repeated after a free socket had died under it: only a
    ///   newly dialled socket serves it, so that it cannot meet the same fate again.
    public mutating func acquire(
        _ origin: OriginRef, waiter: WaiterID, nowMs: Int64, fresh: Bool = false, mayReuse: Bool = true
    ) -> AcquireAction {
        core.acquire(
            origin, waiter: waiter, nowMs: nowMs, need: !mayReuse ? .new : fresh ? .recent : .any)
    }

    /// The request on this socket is over.
    ///
    /// - Parameter idleLimitMs: how long the socket may stay free: `idleTimeoutMs` or the origin's
    ///   `Keep-Alive: timeout` less a second, whichever is smaller; 0 or less: close it unless someone waits here.
    /// - Parameter reusable: false when it must not carry another request.
    public mutating func release(
        _ socket: SocketRef, nowMs: Int64, idleLimitMs: Int64, reusable: Bool
    ) -> ReleaseAction {
        let action = core.release(socket, nowMs: nowMs, idleLimitMs: idleLimitMs, reusable: reusable)
        if case .give = action { drop(socket) }
        return action
    }

    /// The request that was just given this socket does not take it: it must not go where the socket leads. The socket is
    /// placed like a released one, with the idle time that it had. The request has no place in the queue any more.
    public mutating func declined(_ socket: SocketRef, nowMs: Int64) -> DeclinedSocket {
        let declined = core.declined(socket, nowMs: nowMs)
        if case .give = declined.action { drop(socket) }
        return declined
    }

    /// Apart, because code that names `connections` looks up the array's type first, each time it is entered.
    @inline(never)
    private mutating func drop(_ socket: SocketRef) {
        connections[Int(socket.index)] = nil
    }

    /// The request no longer wants a socket. False when it had been served, failed or timed out before:
    /// late calls are legal, because the shell may cancel while it works through an `ActionBuffer`.
    /// A dial under way for it goes on and serves another request or is parked.
    @discardableResult
    public mutating func cancel(_ waiter: WaiterRef) -> Bool {
        core.cancel(waiter)
    }

    /// The caller's name of a request that still waits; nil when it was served, failed or cancelled meanwhile.
    public func waiterID(_ waiter: WaiterRef) -> WaiterID? { core.waiterID(waiter) }

    // MARK: Sockets

    /// A dial succeeded. `waiter` is the one named by `.dial`; it may have gone meanwhile.
    /// The socket serves the oldest request, or is placed like a released one.
    public mutating func dialled(
        _ origin: OriginRef, for waiter: WaiterRef, _ connection: Connection, nowMs: Int64, idleLimitMs: Int64
    ) -> SocketArrival {
        let arrival = core.dialled(origin, waiter: waiter, nowMs: nowMs, idleLimitMs: idleLimitMs)
        keep(connection, arrival)
        return arrival
    }

    /// A dial failed. The request it was for is failed if it still waits; the next request without a dial
    /// gets one.
    public mutating func dialFailed(_ origin: OriginRef, for waiter: WaiterRef, _ actions: inout ActionBuffer) {
        core.dialFailed(origin, waiter: waiter, &actions)
    }

    /// The socket is closed: ordered by the pool, died in use, or died free. Its slot goes to a request
    /// here, to another loop that waits, or back.
    public mutating func closed(_ socket: SocketRef, _ actions: inout ActionBuffer) {
        core.closed(socket, &actions)
        connections[Int(socket.index)] = nil
    }

    // MARK: Messages between loops

    /// Another loop asks for a free socket. nil: answer it with `askFailed`; otherwise with `received`.
    /// The socket has left this loop.
    public mutating func asked(_ key: Key) -> GivenSocket<Connection>? {
        guard let ref = known[key], let given = core.asked(ref) else { return nil }
        guard let connection = connections[Int(given.socket)] else {
            preconditionFailure("socket \(given.socket) has no connection")
        }
        connections[Int(given.socket)] = nil
        return GivenSocket(
            connection: connection, idleSinceMs: given.idleSinceMs, idleLimitMs: given.idleLimitMs,
            answersQuestion: true)
    }

    /// A socket arrived from another loop, asked for or not. Perform the arrival first, then `actions`.
    public mutating func received(
        _ key: Key, _ given: GivenSocket<Connection>, nowMs: Int64, _ actions: inout ActionBuffer
    ) -> SocketArrival {
        let arrival = core.received(
            origin(for: key), idleSinceMs: given.idleSinceMs, idleLimitMs: given.idleLimitMs,
            answersQuestion: given.answersQuestion, nowMs: nowMs, &actions)
        keep(given.connection, arrival)
        return arrival
    }

    /// The loop that was asked had nothing.
    public mutating func askFailed(_ key: Key, _ actions: inout ActionBuffer) {
        core.askFailed(origin(for: key), &actions)
    }

    /// Another loop handed over a slot: dial for a request here, or pass it on.
    public mutating func granted(_ key: Key, _ actions: inout ActionBuffer) {
        core.granted(origin(for: key), &actions)
    }

    // MARK: Time

    /// Ends what is over by time: requests past their deadline, free sockets past their limit or above
    /// `maxFreeSockets`, origins without use. Call every 250 ms, and at once after changing the clock in tests.
    public mutating func sweep(nowMs: Int64, _ actions: inout ActionBuffer) {
        core.sweep(nowMs: nowMs, &actions) { index in
            guard let key = keys[Int(index)] else { preconditionFailure("origin \(index) has no key") }
            keys[Int(index)] = nil
            known[key] = nil
            shared.release(key)
        }
    }

    /// Shutdown: closes the free sockets and parks no more. Requests are still served, so that those under
    /// way can end; refusing new ones is the shell's part.
    public mutating func drain(_ actions: inout ActionBuffer) {
        core.drain(&actions)
    }

    /// Other limits from now on; only for a pool whose origins no other loop shares. Requests that wait get the sockets that
    /// are allowed now; none is closed for a lower limit.
    public mutating func change(_ limits: PoolLimits, _ actions: inout ActionBuffer) {
        precondition(shared.loopCount == 1, "loop \(core.loop) shares its limits with others")
        core.change(limits, &actions)
    }

    /// A copy of the figures, for reading elsewhere.
    public func snapshot() -> PoolSnapshot<Key> {
        PoolSnapshot(origins: known.map { key, ref in core.figures(of: ref, key: key) }, counters: core.counters)
    }

    /// Calls `body` with every connection of this loop that serves a request or is free. The pool must not be changed meanwhile.
    public func eachConnection(_ body: (Key, Connection, _ isFree: Bool) -> Void) {
        for (key, ref) in known {
            core.eachSocket(of: ref.index) { socket, isFree in
                if let connection = connections[Int(socket)] { body(key, connection, isFree) }
            }
        }
    }

    /// Calls `body` with every request of this loop that waits, in order of arrival for each origin; with `hasDial` a
    /// connection is being made for it. The pool must not be changed meanwhile.
    public func eachWaiter(_ body: (Key, WaiterID, _ hasDial: Bool) -> Void) {
        for (key, ref) in known { core.eachWaiter(of: ref.index) { body(key, $0, $1) } }
    }

    private mutating func keep(_ connection: Connection, _ arrival: SocketArrival) {
        let place = Int(arrival.socket.index)
        while connections.count <= place { connections.append(nil) }
        if case .give = arrival.action { connections[place] = nil } else { connections[place] = connection }
    }
}
