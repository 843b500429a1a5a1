import HTTPWire
import Policy

extension Settings {
    /// Whom the proxy serves, and where they may go. What it means is in docs/security.md.
    public struct Access: Sendable, Equatable {
        /// Networks of clients.
        public var clients = ClientNetworks.auto
        /// In the order in which they are tried.
        public var rules: [AccessRule] = []
        /// Names and networks from files, for rules. No name twice.
        public var lists: [AccessList] = []
        /// The times of rules are in this offset from UTC, east is positive. -840...840.
        public var utcOffsetMinutes = 0
        /// Prefixes of translators in this network, besides 64:ff9b::/96.
        public var nat64Prefixes: [NAT64Prefix] = []

        /// The defaults.
        public init() {}
    }
}

/// Networks of clients that are served.
public enum ClientNetworks: Sendable, Hashable {
    /// All while only this machine can reach the proxy. Otherwise there must be logins, and then all.
    case auto
    /// All, whoever can reach the proxy.
    case any
    /// These; never empty.
    case only([IPNetwork])
}

/// One access rule as it is written: an action and its conditions, those that are nil hold always.
public struct AccessRule: Sendable, Equatable {
    /// What it does.
    public var action: Rule.Action
    /// Where it is written.
    public var place = AccessPlace()
    /// The operator's name for it.
    public var label: String?
    /// Does it only note that it would have decided?
    public var isReportOnly = false
    /// Clients' networks.
    public var clients: [IPNetwork]?
    /// Users.
    public var users: [String]?
    /// Groups of users.
    public var groups: [String]?
    /// Names of destinations.
    public var names: [AccessItem<NamePattern>]?
    /// Networks of destinations.
    public var networks: [AccessItem<IPNetwork>]?
    /// Classes of destinations.
    public var classes: [AddressClass]?
    /// Ports of destinations.
    public var ports: [ClosedRange<UInt16>]?
    /// Methods.
    public var methods: [HTTPWire.Method]?
    /// When it holds.
    public var times: [TimeWindow]?

    /// A rule without conditions.
    public init(_ action: Rule.Action) { self.action = action }
}

/// What a rule lists: a thing itself, or a list from a file.
public enum AccessItem<Value: Sendable & Equatable>: Sendable, Equatable {
    /// The thing itself.
    case own(Value)
    /// The list of this name; written `list:NAME`.
    case list(String)
}

/// A list of names or networks that rules refer to.
public struct AccessList: Sendable, Equatable {
    /// What the files hold.
    public enum Format: String, Sendable, CaseIterable {
        /// A domain a line, or lines of hosts(5).
        case names
        /// A network or an address a line.
        case networks
    }

    /// What rules call it.
    public var name: String
    /// Absolute paths; never empty.
    public var files: [String]
    /// What the files hold.
    public var format = Format.names
    /// Where it is written.
    public var place = AccessPlace()

    /// A list of names in these files.
    public init(name: String, files: [String]) {
        self.name = name
        self.files = files
    }
}

/// Where a rule or list is written. All places are equal: rules that say the same are the same wherever they stand.
public struct AccessPlace: Sendable, Equatable {
    /// From 1; 0 when it is not from a file.
    public var line = 0
    /// From 1; 0 when it is not from a file.
    public var column = 0

    /// Nowhere.
    public init() {}

    init(_ position: ConfigNode.Position) {
        line = position.line
        column = position.column
    }

    /// Always.
    public static func == (one: AccessPlace, other: AccessPlace) -> Bool { true }
}
