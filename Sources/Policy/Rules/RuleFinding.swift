/// Something about the rules that their author probably did not mean. What `proxyd check` prints.
public struct RuleFinding: Hashable, Sendable {
    /// The rule it is about.
    public let rule: RuleReference
    /// What is odd.
    public let kind: Kind

    /// The oddities that are looked for.
    public enum Kind: Hashable, Sendable {
        /// A condition that never holds.
        case neverHolds(Condition)
        /// An earlier rule matches whatever this one matches, and does the same.
        case redundant(RuleReference)
        /// An earlier rule matches whatever this one matches, and does the opposite.
        case unreachable(RuleReference)
        /// An earlier rule that does the opposite matches some of what this one matches, and something else too.
        case overlaps(RuleReference)
        /// An allowed range holds a guarded port, which it does not open.
        case guardedPort(UInt16)
    }

    /// A condition of a rule.
    public enum Condition: String, Sendable {
        /// No network, or none that the proxy serves.
        case clients
        /// No user and no group.
        case people
        /// People are named, and nobody can log in.
        case authentication
        /// No method.
        case methods
        /// No name.
        case names
        /// No network and no class.
        case addresses
        /// No port.
        case ports
        /// No time.
        case times
    }

    /// Is it a mistake, or only worth knowing?
    public var isMistake: Bool {
        switch kind {
        case .neverHolds, .unreachable: true
        case .redundant, .overlaps, .guardedPort: false
        }
    }

    /// One line.
    public var explanation: String {
        switch kind {
        case .neverHolds(.authentication): "\(rule) names users or groups, but nobody can log in: it never matches"
        case .neverHolds(let condition): "\(rule) never matches: nothing fulfils its \(condition.rawValue)"
        case .redundant(let earlier): "\(rule) never decides: \(earlier) matches all of it and does the same"
        case .unreachable(let earlier): "\(rule) never decides: \(earlier) matches all of it and does the opposite"
        case .overlaps(let earlier): "\(rule) and \(earlier) do the opposite of each other and overlap: \(earlier) wins"
        case .guardedPort(let port): "\(rule) does not open port \(port): it has to be listed by itself"
        }
    }
}
