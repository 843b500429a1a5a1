/// Why a request to the admin listener is refused.
enum AdminRefusal: Equatable, Sendable, CaseIterable {
    /// CONNECT: somebody takes this for the proxy's port.
    case tunnel
    /// A target with a scheme: the same mistake.
    case absoluteForm
    /// More than one `Host` field. RFC 9112 3.2.
    case severalHosts
    /// A `Host` that is a name: under DNS rebinding a stranger's page reaches us as its own origin, and only this field
    /// tells the difference.
    case foreignHost
    /// Neither GET nor HEAD.
    case method
    /// No such path.
    case unknownPath
    /// The token is missing or wrong.
    case noToken
    /// So many requests wait for figures that one more is not taken.
    case busy

    /// The status to answer with.
    var status: Int {
        switch self {
        case .tunnel, .absoluteForm, .foreignHost: 403
        case .severalHosts: 400
        case .method: 405
        case .unknownPath: 404
        case .noToken: 401
        case .busy: 503
        }
    }

    /// What to say, for a person to read.
    var sentence: String {
        switch self {
        case .tunnel, .absoluteForm:
            "This is the admin listener; it forwards nothing. Use an address from the setting `listen` as the proxy."
        case .severalHosts: "The request has more than one Host field."
        case .foreignHost:
            "The admin listener answers only to an IP address or to `localhost` in the Host field, so that no web page "
                + "can reach it under a name of its own."
        case .method: "The admin listener only answers GET and HEAD; nothing can be changed here."
        case .unknownPath: "There is nothing at this path. Served are: \(AdminRoute.paths.joined(separator: " "))"
        case .noToken: "The figures need `Authorization: Bearer` with the token of the setting `admin_token_file`."
        case .busy: "Too many requests wait for figures already."
        }
    }
}
