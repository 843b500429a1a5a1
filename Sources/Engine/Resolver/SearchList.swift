/// The names that are asked for when one is looked up, in order: it, and with the search domains behind it. resolv.conf(5).
struct SearchList {
    /// Names with fewer dots are tried with the domains first, and as they are last.
    private let minDots: Int
    private let domains: [String]
    private let maySearch: @Sendable (String) -> Bool

    /// Domains that name nothing (systemd-resolved writes `search .`) count as none. `maySearch`: may a name with a domain behind
    /// it be asked for?
    init(domains: [String], minDots: Int, maySearch: @escaping @Sendable (String) -> Bool = { _ in true }) {
        self.minDots = minDots
        self.maySearch = maySearch
        self.domains = domains.map { $0.split(separator: ".", omittingEmptySubsequences: true).joined(separator: ".") }
            .filter { !$0.isEmpty }
    }

    /// Might a name without a root dot be asked for with a domain behind it?
    var isEmpty: Bool { domains.isEmpty }

    /// Never empty. What is too long or no name with a domain behind it, or may not be asked for, is left out.
    func names(for host: HostName) -> [String] {
        let bare = host.withoutRootDot
        if host.isAbsolute || domains.isEmpty { return [bare] }
        let extended = domains.compactMap { HostName("\(bare).\($0)", keepingRootDot: false)?.text }.filter(maySearch)
        let dots = bare.utf8.count { $0 == 0x2e }
        return dots >= minDots ? [bare] + extended : extended + [bare]
    }
}
