import Engine

/// The whole process at one moment: what `/status`, `/metrics` and the admin page show.
public struct ProcessSnapshot: Sendable {
    public var version: String
    public var uptimeS: Double
    public var isDraining: Bool
    public var loops: [LoopSnapshot]
    public var resolver: ResolverStatistics
    /// Client connections that the budget allows at once, and holds now (tunnels included).
    public var connectionLimit: Int
    public var connectionsHeld: Int
    public var residentBytes: UInt64
    public var openDescriptors: Int
    public var descriptorLimit: Int
    /// Access log lines lost because their file could not keep up.
    public var lostLogLines: UInt64
    /// What has become of logins; nil where nobody has to log in.
    public var logins: LoginFigures?
}
