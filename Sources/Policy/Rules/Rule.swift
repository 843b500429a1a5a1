/// One line of the access rules: conditions, and what follows when all of them hold.
///
/// A condition that is nil holds always; inside a condition one match is enough. Two things are different for rules that
/// allow: they open what they name and nothing they do not. Without ports a rule allows the ports that the default allows,
/// without networks or classes the destinations that the default allows. And an address with another inside must be named
/// with all of its faces to be allowed, with one of them to be denied.
public struct Rule: Sendable {
    /// What a rule does.
    public enum Action: String, Sendable {
        /// The request goes on.
        case allow
        /// The request is answered 403.
        case deny
    }

    /// What it does.
    public var action: Action
    /// Only note that it would have decided, and go on to the next rule.
    public var isReportOnly = false
    /// Where it is written, from 1; 0 when it is not from a file.
    public var line: Int
    /// The name that the operator gave it.
    public var label: String?

    /// Clients' addresses. A client on a unix socket has none and is in no network.
    public var clients: NetworkList?
    /// Users and groups.
    public var people: PeopleCondition?
    /// Methods.
    public var methods: MethodSet?
    /// Names of destinations. A destination given as an address has no name and matches none.
    public var names: NameCondition?
    /// Addresses of destinations.
    public var addresses: AddressCondition?
    /// Ports.
    public var ports: PortSet?
    /// When it holds; empty is never.
    public var times: [TimeWindow]?

    /// Does it look at nothing but names?
    var isAboutNamesAlone: Bool {
        names != nil && clients == nil && people == nil && methods == nil && addresses == nil && ports == nil
            && times == nil
    }

    /// A rule without conditions.
    public init(_ action: Action, line: Int, label: String? = nil) {
        self.action = action
        self.line = line
        self.label = label
    }
}
