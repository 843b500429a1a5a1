import Engine

extension HTTP {
    /// Gets an absolute URL; returns the response when its head is here. To be awaited on a loop: see `HTTP.run`.
    ///
    /// Take the response's `body`, or `destroy` it: what nobody takes holds the connection. Throws an `OutgoingError` for a URL
    /// that is none, the `ExchangeFailure` of a request without a response, and `CancellationError`, which aborts the request.
    public static func get(_ url: String) async throws -> IncomingMessage { try await get(RequestOptions(url: url)) }

    /// The same for options, with the method GET.
    public static func get(_ options: RequestOptions) async throws -> IncomingMessage {
        var options = options
        options.method = "GET"
        let request = try request(options)
        request.end()
        return try await request.response()
    }
}

extension ClientRequest {
    /// The response, when its head is here. To be awaited once, by the task that made the request and, but for writes, before
    /// it awaits anything else. Uses `onResponse` and `onError`.
    ///
    /// Throws and must be consumed as `HTTP.get` says; `.aborted` too where a socket comes in place of a response, by 101 or a 2xx
    /// to CONNECT: that is for `onUpgrade` and `onConnect`. A request that is not ended waits for ever: call `end` before.
    public func response() async throws -> IncomingMessage {
        do {
            return try await responseWaiter().response()
        } catch let cancelled as CancellationError {
            abort()
            throw cancelled
        }
    }

    /// Writes a copy of the bytes, and waits until more may be written.
    ///
    /// Throws the `ExchangeFailure` of a request that has failed, `StreamClosed` after `end` or when the response is complete,
    /// and `CancellationError`, which aborts the request.
    public func write(_ bytes: [UInt8]) async throws {
        let waiter = responseWaiter()
        do {
            try await (self as any WritableStream).write(bytes)
        } catch let closed as StreamClosed {
            try waiter.check()
            throw closed
        }
    }

    /// Listens for the task that will ask: a response may come while the body is still being written.
    private func responseWaiter() -> ResponseWaiter {
        guard let draft else {
            preconditionFailure(
                "a request made by ClientRequest() has a delegate; HTTP.request makes one that can be awaited")
        }
        if let known = draft.responseWaiter { return known }
        let made = ResponseWaiter(draft.loop)
        draft.responseWaiter = made
        onResponse = { made.finish(.success($0)) }
        onError = { made.finish(.failure($0)) }
        return made
    }
}
