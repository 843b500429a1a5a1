/// How much of what one rule matches another matches too. For findings, not for decisions.
struct RuleComparison {
    /// Does `earlier` match whatever `later` matches? True only when that is certain, but for IPv6 addresses that stand for two
    /// different IPv4 addresses at once, and metadata services that neither rule names.
    func covers(_ earlier: Rule, _ later: Rule) -> Bool {
        coversPlainConditions(earlier, later) && opensMetadataNames(earlier, later)
            && coversPorts(earlier, later) && coversAddresses(earlier, later)
    }

    /// Is `exception` narrower in every condition as it is written? Then it stands before `rule` on purpose.
    func isException(_ exception: Rule, from rule: Rule) -> Bool {
        coversPlainConditions(rule, exception) && holds(rule.ports, exception.ports) { $0.covers($1) }
            && holds(rule.addresses, exception.addresses) { $0.covers($1) }
    }

    /// The conditions that mean no more than is written.
    private func coversPlainConditions(_ earlier: Rule, _ later: Rule) -> Bool {
        holds(earlier.clients, later.clients) { $0.covers($1) }
            && holds(earlier.people, later.people) { $0.covers($1) }
            && holds(earlier.methods, later.methods) { $0.covers($1) }
            && holds(earlier.names, later.names) { $0.covers($1) }
            && holds(earlier.times, later.times) { Self.minutes(of: $1).allSatisfy(Self.contained(in: $0)) }
    }

    /// Is there something that both match? Conditions of different kinds are taken to be independent.
    func overlaps(_ one: Rule, _ other: Rule) -> Bool {
        meets(one.clients, other.clients) { $0.overlaps($1) }
            && meets(one.people, other.people) { $0.overlaps($1) }
            && meets(one.methods, other.methods) { $0.overlaps($1) }
            && meets(one.names, other.names) { $0.overlaps($1) }
            && meets(one.times, other.times) { Self.minutes(of: $1).contains(where: Self.contained(in: $0)) }
            && meets(one.ports, other.ports) { $0.overlaps($1) }
            && meets(one.addresses, other.addresses) { $0.overlaps($1) }
    }

    /// A missing condition holds for everything.
    private func holds<T>(_ earlier: T?, _ later: T?, _ covers: (T, T) -> Bool) -> Bool {
        guard let earlier else { return true }
        guard let later else { return false }
        return covers(earlier, later)
    }

    private func meets<T>(_ one: T?, _ other: T?, _ overlaps: (T, T) -> Bool) -> Bool {
        guard let one, let other else { return true }
        return overlaps(one, other)
    }

    /// A rule that allows matches the name of a metadata service only when it means it.
    private func opensMetadataNames(_ earlier: Rule, _ later: Rule) -> Bool {
        guard earlier.action == .allow, let wanted = later.names else { return true }
        return wanted.patterns.allSatisfy { pattern in
            guard case .exact(let name) = pattern else { return true }
            return RuleEntry.opens(name: name, earlier)
        }
    }

    private func coversPorts(_ earlier: Rule, _ later: Rule) -> Bool {
        guard earlier.action == .allow else {
            return holds(earlier.ports, later.ports ?? PortSet([0...UInt16.max])) { $0.covers($1) }
        }
        // Without ports, what is allowed depends on the method: only the same again is certain to be covered.
        guard let own = earlier.ports else { return later.action == .allow && later.ports == nil }
        let wanted = later.ports ?? PortSet([0...UInt16.max])
        let guarded = GuardedPorts.all.filter {
            later.action == .deny ? wanted.contains($0) : later.ports?.opens($0) ?? false
        }
        return own.covers(wanted) && guarded.allSatisfy { own.opens($0) }
    }

    private func coversAddresses(_ earlier: Rule, _ later: Rule) -> Bool {
        if earlier.action == .deny { return holds(earlier.addresses, later.addresses) { $0.covers($1) } }
        guard let own = earlier.addresses else { return later.action == .allow && later.addresses == nil }
        guard let wanted = later.addresses, own.covers(wanted) else { return false }
        // A network around a metadata service does not open it.
        return wanted.networks.allSatisfy { list in
            list.networks.allSatisfy { network in
                guard network.isSingleAddress, MetadataServices.contains(network.address) else { return true }
                return own.matchesAllowing(network.address, AddressClassSet(.metadata))
            }
        }
    }

    private static func minutes(of windows: [TimeWindow]) -> [WeekMinute] {
        (0..<WeekMinute.perWeek).map { WeekMinute(day: 0, minute: $0) }.filter(contained(in: windows))
    }

    private static func contained(in windows: [TimeWindow]) -> (WeekMinute) -> Bool {
        { minute in windows.contains { $0.contains(minute) } }
    }
}
