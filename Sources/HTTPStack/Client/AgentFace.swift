import Engine
import Pool

/// An agent in Node's form: one loop's, with limits of its own.
extension Agent {
    /// Milliseconds that stand for no limit: some thirty years.
    private static let noLimitMs: UInt64 = 1 << 40

    /// Makes an agent for the loop that runs on this thread, or for `loop`. Node `new Agent(options)`.
    ///
    /// Unlike the agents of a group it sets no time for waiting requests and for responses (`request.setTimeout` does), and lets
    /// any number of requests wait. A free socket is kept for a minute, or for less if the origin said so.
    ///
    /// - Parameter keepAlive: keep sockets free for later requests; otherwise each is closed unless a request waits for it.
    /// - Parameter keepAliveMsecs: milliseconds without traffic before TCP probes a connection; rounded up to seconds, and
    ///   only with `keepAlive`.
    /// - Parameter maxSockets: connections to one origin, free ones and those being made included; further requests wait.
    /// - Parameter maxFreeSockets: free connections to one origin.
    /// - Parameter loop: the agent's loop; the one that runs on this thread if nil.
    public convenience init(
        keepAlive: Bool = false, keepAliveMsecs: Int = 1000, maxSockets: Int = .max, maxFreeSockets: Int = 256,
        on loop: EventLoop? = nil
    ) {
        let loop = HTTP.requiredLoop(loop, for: "Agent(keepAlive:)")
        var options = AgentOptions()
        options.keepAlive = keepAlive
        options.keepAliveMsecs = max(0, keepAliveMsecs)
        options.pool.maxSockets = max(1, maxSockets)
        options.pool.maxFreeSockets = max(0, maxFreeSockets)
        options.pool.maxQueued = .max
        options.pool.queueTimeoutMs = Int64(Self.noLimitMs)
        options.pool.idleTimeoutMs = 60_000
        options.responseHeadTimeoutMs = Self.noLimitMs
        options.bodyTimeoutMs = Self.noLimitMs
        options.writeStallMs = Self.noLimitMs
        self.init(loop: loop, options: options) { [unowned loop] in
            let shared = try LoopConnector.of(loop)
            var tcp = shared.tcp
            if keepAlive {
                tcp.keepAliveIdleS = max(1, options.keepAliveMsecs / 1000 + (options.keepAliveMsecs % 1000).signum())
            }
            return Connector(
                loop: loop, resolver: shared.resolver, tcp: tcp, timeoutMs: shared.timeoutMs,
                attemptMs: shared.attemptMs, staggerMs: shared.staggerMs, mayDial: shared.mayDial)
        }
    }

    // MARK: Limits

    /// Are sockets kept free for later requests?
    public var keepAlive: Bool { options.keepAlive }
    /// Milliseconds without traffic before TCP probes a connection, with `keepAlive`.
    public var keepAliveMsecs: Int { options.keepAliveMsecs }

    /// Connections to one origin, free ones and those being made included. May be set for an agent of its own: a higher limit
    /// serves waiting requests at once, a lower one closes nothing and holds for new connections alone. At least 1.
    public var maxSockets: Int {
        get { options.pool.maxSockets }
        set {
            var limits = options.pool
            limits.maxSockets = max(1, newValue)
            change(limits)
        }
    }

    /// Free connections to one origin that are kept. May be set for an agent of its own.
    public var maxFreeSockets: Int {
        get { options.pool.maxFreeSockets }
        set {
            var limits = options.pool
            limits.maxFreeSockets = max(0, newValue)
            change(limits)
        }
    }

    // MARK: Who is where

    /// What requests must have in common to share connections: `host:port:localAddress`. The keys of the listings below.
    public func getName(_ options: RequestOptions) -> String { options.originKey.name }

    /// Connected sockets that carry a request, by name. A listing made anew at each call; names without sockets are absent.
    public var sockets: [String: [Socket]] { list(free: false) }

    /// Free sockets, by name, the next to be used first.
    public var freeSockets: [String: [Socket]] { list(free: true) }

    private func list(free wanted: Bool) -> [String: [Socket]] {
        var listed: [String: [Socket]] = [:]
        pool.eachConnection { key, connection, isFree in
            if isFree == wanted { listed[key.name, default: []].append(connection.socket) }
        }
        return listed
    }

    /// Requests that wait for a socket while as many as may be are in use or being connected, by name, the first to be served
    /// first.
    public var requests: [String: [ClientRequest]] {
        var listed: [String: [ClientRequest]] = [:]
        pool.eachWaiter { key, waiter, hasDial in
            guard !hasDial, let pointer = UnsafeRawPointer(bitPattern: UInt(waiter)) else { return }
            // SAFETY: the pool's name of a waiter is the pointer of a request that is retained while it waits.
            let request = Unmanaged<ClientRequest>.fromOpaque(pointer).takeUnretainedValue()
            listed[key.name, default: []].append(request)
        }
        return listed
    }
}
