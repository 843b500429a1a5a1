/// Names of destinations, as a rule writes them. Matched against canonical names only; addresses have networks.
public enum NamePattern: Hashable, Sendable, CustomStringConvertible {
    /// `example.com`: this name alone.
    case exact(String)
    /// `.example.com`: this name and all below it.
    case domain(String)
    /// `*.example.com`: all below it, at any depth, but not the name itself.
    case below(String)

    /// Reads one of the three spellings; the name is made canonical.
    ///
    /// Throws ``NamePatternError``. A star is allowed as a whole first label only.
    public init(parsing text: some StringProtocol) throws(NamePatternError) {
        if text == "*" || text == "." { throw .everything }
        let (rest, make): (Substring, (String) -> NamePattern) =
            if text.hasPrefix("*.") {
                (Substring(text).dropFirst(2), NamePattern.below)
            } else if text.hasPrefix(".") {
                (Substring(text).dropFirst(), NamePattern.domain)
            } else {
                (Substring(text), NamePattern.exact)
            }
        if rest.contains("*") { throw .starInside }
        let host: CanonicalHost
        do throws(HostError) { host = try CanonicalHost(parsing: rest) } catch { throw .host(error) }
        guard host.address == nil else { throw .address }
        self = make(host.text)
    }

    /// Does it match this canonical name?
    public func matches(_ name: String) -> Bool {
        switch self {
        case .exact(let own): own == name
        case .domain(let own): own == name || Self.isBelow(name, own)
        case .below(let own): Self.isBelow(name, own)
        }
    }

    /// Does it match every name that `other` matches?
    public func covers(_ other: NamePattern) -> Bool {
        switch (self, other) {
        case (_, .exact(let name)): matches(name)
        case (.exact, _): false
        case (.domain(let own), .domain(let name)), (.domain(let own), .below(let name)),
            (.below(let own), .below(let name)):
            own == name || Self.isBelow(name, own)
        case (.below(let own), .domain(let name)): Self.isBelow(name, own)
        }
    }

    /// Is there a name that both match?
    public func overlaps(_ other: NamePattern) -> Bool {
        switch (self, other) {
        case (_, .exact(let name)): matches(name)
        case (.exact(let name), _): other.matches(name)
        case (.domain(let one), .domain(let two)), (.domain(let one), .below(let two)),
            (.below(let one), .domain(let two)),
            (.below(let one), .below(let two)):
            one == two || Self.isBelow(one, two) || Self.isBelow(two, one)
        }
    }

    /// As it was written, in canonical spelling.
    public var description: String {
        switch self {
        case .exact(let name): name
        case .domain(let name): ".\(name)"
        case .below(let name): "*.\(name)"
        }
    }

    /// Is `name` longer than `domain` by at least a label? By bytes from the end, where names differ first; this is the inner
    /// loop of rules.
    private static func isBelow(_ name: String, _ domain: String) -> Bool {
        let answer = name.utf8.withContiguousStorageIfAvailable { name in
            domain.utf8.withContiguousStorageIfAvailable { domain in
                let offset = name.count &- domain.count
                guard offset >= 2, name[offset &- 1] == 0x2e else { return false }
                var index = domain.count
                while index > 0 {
                    index &-= 1
                    guard name[offset &+ index] == domain[index] else { return false }
                }
                return true
            }
        }
        // Native strings are contiguous, always.
        return (answer ?? nil) ?? name.hasSuffix(".\(domain)")
    }
}

/// Why a text is no name pattern.
public enum NamePatternError: Error, Equatable, Sendable {
    /// `*`: a rule about every name has no names.
    case everything
    /// A star elsewhere than as the first label.
    case starInside
    /// An address: those belong under networks.
    case address
    /// The name is no host name.
    case host(HostError)

    /// One sentence for the person who wrote it.
    public var reason: String {
        switch self {
        case .everything: "a rule for every name has no names: leave them out"
        case .starInside: "a star may only stand for the whole first part, as in *.example.com"
        case .address: "an address is listed under networks, not under names"
        case .host(let error): error.reason
        }
    }
}
