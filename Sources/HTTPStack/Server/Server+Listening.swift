import Engine

/// Node's forms of `listen`.
///
/// The address is bound before they return, so that `address` is known; `onListening`, or `onError`, is called later in the
/// turn. Without `onError` the error ends `HTTP.run`.
extension Server {
    /// Listens on a TCP port; 0 has the kernel choose one. Without a host, on all IPv4 addresses. The host is a numeric address,
    /// or `localhost` for 127.0.0.1. `backlog` is how many connections the kernel keeps that are not accepted yet.
    public func listen(
        _ port: UInt16, _ host: String? = nil, backlog: Int = 511, _ onListening: (() -> Void)? = nil
    ) {
        if let onListening { self.onListening = onListening }
        let numeric = host == "localhost" ? "127.0.0.1" : host ?? "0.0.0.0"
        guard let address = SocketAddress(numeric: numeric, port: port) else {
            return failed(.unknownHost(numeric))
        }
        start(address) { () throws(Errno) in try ListeningDescriptor(address, backlog: backlog) }
    }

    /// Listens on a unix socket. A path that no process listens on any more is taken over.
    public func listen(path: String, backlog: Int = 511, _ onListening: (() -> Void)? = nil) {
        if let onListening { self.onListening = onListening }
        let address = SocketAddress.unix(path: path)
        start(address) { () throws(Errno) in try ListeningDescriptor(address, backlog: backlog) }
    }

    /// Accepts from a stream socket that is bound already, by whoever started this process, say. The descriptor is the server's
    /// from here on, also when it is refused.
    public func listen(descriptor: CInt, backlog: Int = 511, _ onListening: (() -> Void)? = nil) {
        if let onListening { self.onListening = onListening }
        start(nil) { () throws(Errno) in try ListeningDescriptor(bound: OwnedDescriptor(descriptor), backlog: backlog) }
    }

    private func start(_ address: SocketAddress?, _ make: () throws(Errno) -> ListeningDescriptor) {
        loop.assertOnLoop()
        do throws(Errno) {
            try listen(try make())
        } catch {
            return failed(.system(error, address: address))
        }
        loop.soon { [self] in if !listeners.isEmpty { onListening?() } }
    }

    private func failed(_ error: ListenError) {
        loop.soon { [self] in
            if let onError { onError(error) } else { UnhandledError.raise(error, on: loop) }
        }
    }
}
