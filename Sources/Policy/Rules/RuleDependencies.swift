/// What of a request, besides host, port and whether the method is CONNECT, can change what rules decide.
public struct RuleDependencies: OptionSet, Hashable, Sendable {
    /// One bit each.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A rule names clients.
    public static let client = RuleDependencies(rawValue: 1)
    /// A rule names users or groups.
    public static let user = RuleDependencies(rawValue: 2)
    /// A rule names methods.
    public static let method = RuleDependencies(rawValue: 4)
    /// A rule names times.
    public static let time = RuleDependencies(rawValue: 8)

    init(_ rules: [Rule]) {
        self = rules.reduce(into: []) { all, rule in
            if rule.clients != nil { all.insert(.client) }
            if rule.people != nil { all.insert(.user) }
            if rule.methods != nil { all.insert(.method) }
            if rule.times != nil { all.insert(.time) }
        }
    }
}
