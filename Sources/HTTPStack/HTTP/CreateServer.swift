import Engine

extension HTTP {
    /// Makes a server; `onRequest` gets its requests. `listen` has it accept connections.
    ///
    /// On `loop`, or else on the one that runs on this thread. Its limits and deadlines are `ServerOptions.node` unless others
    /// are given, and its `timeout` is two minutes. Node `http.createServer`.
    public static func createServer(
        on loop: EventLoop? = nil, options: ServerOptions = .node,
        _ onRequest: ((IncomingMessage, ServerResponse) throws -> Void)? = nil
    ) -> Server {
        let server = Server(loop: requiredLoop(loop, for: "HTTP.createServer"), options: options)
        server.timeout = 120_000
        server.onRequest = onRequest
        return server
    }
}
