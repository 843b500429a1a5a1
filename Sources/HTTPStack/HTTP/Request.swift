import Engine
import HTTPWire

extension HTTP {
    /// The agent of requests that name none: one for each loop, with all defaults, so that a connection is kept only for a
    /// request that waits. Node `http.globalAgent`.
    ///
    /// Stops the program where no event loop runs.
    public static var globalAgent: Agent {
        LoopAgent.of(requiredLoop(nil, for: "HTTP.globalAgent"))
    }

    /// Makes a request, which takes its place in the agent's queue at once. It must be ended: `end()`. Node `http.request`.
    ///
    /// Nothing is told before this returns. The head is sent with the first `write` or with `end`, at once with an `Expect`
    /// field. On the loop that runs on this thread, or on `loop`, which must be this thread's.
    ///
    /// Throws `OutgoingError` for what is illegal in the options. What goes wrong later goes to `onError`.
    @discardableResult
    public static func request(
        _ options: RequestOptions, on loop: EventLoop? = nil,
        onResponse: ((IncomingMessage) throws -> Void)? = nil
    ) throws(OutgoingError) -> ClientRequest {
        let loop = requiredLoop(loop, for: "HTTP.request")
        loop.assertOnLoop()
        return try make(options, on: loop, onResponse)
    }

    /// A GET request to an absolute URL. Throws as `RequestOptions(url:)` does.
    @discardableResult
    public static func request(
        _ url: String, on loop: EventLoop? = nil, onResponse: ((IncomingMessage) throws -> Void)? = nil
    ) throws(OutgoingError) -> ClientRequest {
        try request(RequestOptions(url: url), on: loop, onResponse: onResponse)
    }

    /// The same as `request` with method GET, ended. Node `http.get`.
    @discardableResult
    public static func get(
        _ options: RequestOptions, on loop: EventLoop? = nil,
        onResponse: ((IncomingMessage) throws -> Void)? = nil
    ) throws(OutgoingError) -> ClientRequest {
        var options = options
        options.method = "GET"
        let request = try request(options, on: loop, onResponse: onResponse)
        request.end()
        return request
    }

    /// Gets an absolute URL. Throws as `RequestOptions(url:)` does.
    @discardableResult
    public static func get(
        _ url: String, on loop: EventLoop? = nil, onResponse: ((IncomingMessage) throws -> Void)? = nil
    ) throws(OutgoingError) -> ClientRequest {
        try get(RequestOptions(url: url), on: loop, onResponse: onResponse)
    }

    private static func make(
        _ options: RequestOptions, on loop: EventLoop, _ onResponse: ((IncomingMessage) throws -> Void)?
    ) throws(OutgoingError) -> ClientRequest {
        let head = try RequestHead(options)
        let agent: Agent
        var isPooled = options.socketPath == nil
        switch options.agent {
        case .global: agent = LoopAgent.of(loop)
        case .agent(let given): agent = given
        case .none:
            agent = LoopAgent.of(loop)
            isPooled = false
        }
        precondition(agent.loop === loop, "HTTP.request: the agent belongs to loop \(agent.loop.index)")
        let request = ClientRequest()
        var name = head.method
        request.method = name.withUTF8 { Method.identify(UnsafeRawBufferPointer($0)) }
        // What may not be repeated must not meet a connection that the origin is closing.
        request.freshness = request.method.isIdempotent ? .any : .recent
        // Node: an agent that would open one more connection anyway has no use for this one afterwards.
        let persists = isPooled && (agent.keepAlive || options.keepAlive || agent.maxSockets != .max)
        let draft = RequestDraft(request, options, head: head, persists: persists, loop: loop)
        draft.events.onResponse = onResponse
        request.draft = draft
        request.delegate = draft
        // The origin decides by the head whether it wants the body.
        if head.fields.contains("Expect") { draft.flushHeaders() }
        if isPooled {
            agent.start(request, key: options.originKey)
        } else {
            agent.startAlone(request, key: options.originKey, socketPath: options.socketPath)
        }
        return request
    }
}

/// A loop's `HTTP.globalAgent`. Its sockets end with the loop.
private final class LoopAgent {
    let agent: Agent

    private init(_ loop: EventLoop) { agent = Agent(on: loop) }

    static func of(_ loop: EventLoop) -> Agent { loop.local(LoopAgent.self) { LoopAgent(loop) }.agent }

    deinit { agent.drain() }
}
