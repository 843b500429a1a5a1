import Engine

/// Handlers that are tasks, on the server's loop.
///
/// A handler runs where the closures would, without a change of thread between its suspensions. Its task is cancelled when the
/// client goes. What it throws is answered as what a closure throws is.
extension Server {
    /// Has `handler` answer requests: `onRequest` as a task. A response that it has not ended when it returns is ended then.
    ///
    /// Uses the response's `onClose`.
    public func handle(_ handler: @escaping @Sendable (IncomingMessage, ServerResponse) async throws -> Void) {
        onRequest = { [unowned self] request, response in
            let task = start((request, response)) { server, exchange in
                do {
                    try await handler(exchange.0, exchange.1)
                    exchange.1.end()
                } catch {
                    // A task that was cancelled because the client has gone has nothing to report.
                    if !Task.isCancelled { server.handlerFailed(error, exchange.1) }
                }
            }
            response.onClose = { task.cancel() }
        }
    }

    /// Has `handler` serve CONNECT requests: `onConnect` as a task. The socket is destroyed if it throws.
    public func handleConnect(
        _ handler: @escaping @Sendable (IncomingMessage, Socket, [UInt8]) async throws -> Void
    ) {
        onConnect = { [unowned self] request, socket, head in serve(request, socket, head, handler) }
    }

    /// Has `handler` serve upgrades: `onUpgrade` as a task. The socket is destroyed if it throws.
    public func handleUpgrade(
        _ handler: @escaping @Sendable (IncomingMessage, Socket, [UInt8]) async throws -> Void
    ) {
        onUpgrade = { [unowned self] request, socket, head in serve(request, socket, head, handler) }
    }

    private func serve(
        _ request: IncomingMessage, _ socket: Socket, _ head: [UInt8],
        _ handler: @escaping @Sendable (IncomingMessage, Socket, [UInt8]) async throws -> Void
    ) {
        start((request, socket, head)) { server, given in
            do {
                try await handler(given.0, given.1, given.2)
            } catch {
                given.1.destroy()
                server.onHandlerError?(error)
            }
        }
    }

    /// Starts a task on the loop, which waits for it.
    @discardableResult
    private func start<Given>(
        _ given: Given, _ body: @escaping @Sendable (Server, Given) async -> Void
    ) -> Task<Void, Never> {
        let loop = self.loop
        let bound = LoopBound((self, given))
        loop.ref()
        return Task(executorPreference: loop) {
            let (server, given) = bound.value(on: loop)
            await body(server, given)
            loop.unref()
        }
    }

    // MARK: Listening

    /// Listens on a TCP port of this host, as the `listen` of closures does, and returns the address. Throws a `ListenError`.
    @discardableResult
    public func listen(port: UInt16 = 0, host: String? = nil, backlog: Int = 511) async throws -> SocketAddress {
        let waiter = LoopWaiter(loop)
        var result: Result<SocketAddress?, ListenError>?
        let onError = onError
        self.onError = { error in
            result = .failure(error)
            waiter.wake()
        }
        listen(port, host, backlog: backlog) { [unowned self] in
            result = .success(address)
            waiter.wake()
        }
        defer { self.onError = onError }
        while true {
            if let address = try result?.get() { return address }
            try await waiter.wait()
        }
    }

    /// Waits until the server has stopped listening and its last connection has ended. Cancelled, it stops the server at once.
    public func closed() async throws {
        let waiter = LoopWaiter(loop)
        var isClosed = address == nil && connectionCount == 0
        let onClose = onClose
        self.onClose = {
            onClose?()
            isClosed = true
            waiter.wake()
        }
        do {
            while !isClosed { try await waiter.wait() }
        } catch {
            close()
            destroy()
            throw error
        }
    }
}
