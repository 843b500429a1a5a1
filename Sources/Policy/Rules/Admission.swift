/// Whom the proxy serves at all, before any rule is looked at.
public struct Admission: Sendable {
    /// Networks of clients; nil serves all. Clients on a unix socket are served: its file says who may connect.
    public var clients: NetworkList?
    /// Must everybody log in?
    public var requiresLogin: Bool

    /// Serves `clients`, and only those who are logged in if `requiresLogin`.
    public init(clients: NetworkList? = nil, requiresLogin: Bool = false) {
        self.clients = clients
        self.requiresLogin = requiresLogin
    }

    /// May a client at this address use the proxy? To be asked when a connection is accepted.
    public func admits(_ client: IPAddress?) -> Bool {
        guard let clients, let client else { return true }
        return clients.contains(client)
    }

    /// Is it a reason not to start that a proxy like this can be reached like that?
    public func isOpen(_ exposure: Exposure) -> Bool { exposure == .elsewhere && clients == nil && !requiresLogin }
}
