/// What a request to the admin listener asks for, or why it gets nothing. A pure function of three parts of its head.
enum AdminRoute: Equatable, Sendable {
    /// `/`: the page for people.
    case page
    /// `/status`: the figures as JSON.
    case status
    /// `/metrics`: the figures for Prometheus.
    case metrics
    /// `/live`: does the process answer?
    case live
    /// `/ready`: should it be sent new clients?
    case ready
    /// Nothing of the above.
    case refused(AdminRefusal)

    /// The paths that are served, as the answer to an unknown one lists them.
    static let paths = ["/", "/status", "/metrics", "/live", "/ready"]

    /// Decides. `target` is the request target as received, `hosts` the values of all `Host` fields.
    ///
    /// Whether the request is for this listener at all comes first: a proxy request must not be answered as if its path
    /// were ours, and a page that reached us under a name of its own must not learn which paths exist.
    init(method: String, target: String, hosts: [String]) {
        if method == "CONNECT" {
            self = .refused(.tunnel)
        } else if !target.hasPrefix("/"), target != "*" {
            self = .refused(.absoluteForm)
        } else if hosts.count > 1 {
            self = .refused(.severalHosts)
        } else if let host = hosts.first, !AdminHost.isOurs(host) {
            self = .refused(.foreignHost)
        } else if method != "GET", method != "HEAD" {
            self = .refused(.method)
        } else {
            self = Self.served(at: target.prefix { $0 != "?" })
        }
    }

    private static func served(at path: Substring) -> AdminRoute {
        switch path {
        case "/": .page
        case "/status": .status
        case "/metrics": .metrics
        case "/live": .live
        case "/ready": .ready
        default: .refused(.unknownPath)
        }
    }
}
