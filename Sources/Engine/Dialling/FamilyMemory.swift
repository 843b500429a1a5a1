/// Which address family won at hosts that have both, where that was not the one which usually goes first. RFC 8305 4.
///
/// Pure: time is an argument. The table has a fixed size: a host whose place is taken displaces the one before it, which costs
/// that one a stagger, once. What is remembered is tried anew after `ageMs`, however often it won since, so that a family that
/// works again is found again.
struct FamilyMemory {
    /// How long a family is remembered.
    static let ageMs: UInt64 = 600_000
    private static let places = 512

    private struct Entry {
        var host: String
        var family: CInt
        var untilMs: UInt64
    }

    /// Empty until something is remembered.
    private var entries: [Entry?] = []

    /// The family to begin with at `host`, when that is another than usual.
    func family(for host: String, nowMs: UInt64) -> CInt? {
        guard !entries.isEmpty, let entry = entries[Self.place(of: host)] else { return nil }
        return entry.host == host && nowMs < entry.untilMs ? entry.family : nil
    }

    /// `family` won at `host`, where `usual` goes first when nothing is remembered.
    mutating func won(_ family: CInt, at host: String, usual: CInt, nowMs: UInt64) {
        let place = Self.place(of: host)
        if family == usual {
            guard !entries.isEmpty, entries[place]?.host == host else { return }
            entries[place] = nil
        } else if self.family(for: host, nowMs: nowMs) != family {
            if entries.isEmpty { entries = Array(repeating: nil, count: Self.places) }
            entries[place] = Entry(host: host, family: family, untilMs: nowMs &+ Self.ageMs)
        }
    }

    /// Keyed anew in each process, so nobody can choose names that displace each other.
    private static func place(of host: String) -> Int { host.hashValue & (places - 1) }
}
