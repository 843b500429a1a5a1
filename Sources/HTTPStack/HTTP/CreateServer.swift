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
        guard let loop = loop ?? EventLoop.current else {
            preconditionFailure(
                "HTTP.createServer: no event loop runs on this thread; call it inside HTTP.run or loop.post, or pass on:"
            )
        }
        let server = Server(loop: loop, options: options)
        server.timeout = 120_000
        server.onRequest = onRequest
        return server
    }
}
