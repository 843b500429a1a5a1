import Engine

/// How one loop of a program connects to names: with the system's resolver settings, and no address refused.
final class LoopConnector {
    let connector: Connector

    private init(_ loop: EventLoop) throws(ResolveError) {
        connector = Connector(loop: loop, resolver: try Resolver(loop: loop))
    }

    /// The loop's own, made when first asked for. Throws when the resolver finds no resources.
    static func of(_ loop: EventLoop) throws(ResolveError) -> Connector {
        try loop.local(LoopConnector.self) { () throws(ResolveError) in try LoopConnector(loop) }.connector
    }
}
