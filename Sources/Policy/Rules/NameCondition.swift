/// Names of destinations: patterns of the rule itself, and lists from files. One match is enough.
public struct NameCondition: Sendable {
    /// The rule's own patterns.
    public var patterns: [NamePattern]
    /// Lists from files.
    public var lists: [DomainList]

    /// A condition of patterns and lists.
    public init(patterns: [NamePattern] = [], lists: [DomainList] = []) {
        self.patterns = patterns
        self.lists = lists
    }

    func matches(_ name: String) -> Bool {
        patterns.contains { $0.matches(name) } || lists.contains { $0.contains(name) }
    }

    /// Lists are not searched through: one is known to cover itself only.
    func covers(_ other: NameCondition) -> Bool {
        other.lists.allSatisfy { list in lists.contains { $0.id == list.id } }
            && other.patterns.allSatisfy { pattern in
                if case .exact(let name) = pattern { return matches(name) }
                return patterns.contains { $0.covers(pattern) }
            }
    }

    func overlaps(_ other: NameCondition) -> Bool {
        other.patterns.contains { pattern in patterns.contains { $0.overlaps(pattern) } }
            || lists.contains { list in other.lists.contains { $0.id == list.id } }
    }
}
