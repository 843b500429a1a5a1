import CLinux
import Glibc

/// The ids that stand for a `ProcessUser` on this machine.
struct ProcessAccount: Equatable, Sendable {
    let user: uid_t
    let group: gid_t
    /// All groups, `group` among them.
    let groups: [gid_t]
    /// As it was configured, for messages.
    let name: String

    /// Most groups that an account is asked for: NGROUPS_MAX of Linux.
    private static let groupLimit = 65_536

    /// Looks the names up. To be called before other threads are made: it asks libc's databases.
    ///
    /// Throws what is not known, and refuses root under another name.
    init(_ wanted: ProcessUser) throws(StartFailure) {
        name = wanted.description
        let entry = Self.entry(of: wanted.account)
        guard let user = entry?.user ?? uid_t(wanted.account) else {
            throw StartFailure("process.user: there is no account `\(wanted.account)`; make it, or name another")
        }
        guard user != 0 else {
            throw StartFailure("process.user: `\(wanted.account)` is root; name an account without rights")
        }
        self.user = user
        if let wantedGroup = wanted.group {
            guard let group = Self.group(of: wantedGroup) else {
                throw StartFailure("process.user: there is no group `\(wantedGroup)`; make it, or name another")
            }
            self.group = group
            groups = [group]
        } else if let entry {
            group = entry.group
            groups = Self.groups(of: entry)
        } else {
            throw StartFailure(
                "process.user: no account has the number \(user), so its group is not known; write \(user):GROUP")
        }
    }

    /// The process runs as this account already, groups beyond the first apart.
    var isCurrent: Bool { clinux_ids_are(user, group) == 1 }

    // MARK: Databases

    private struct Entry {
        let name: String
        let user: uid_t
        let group: gid_t
    }

    private static func entry(of account: String) -> Entry? {
        let found = uid_t(account).map { getpwuid($0) } ?? getpwnam(account)
        guard let found, let name = found.pointee.pw_name else { return nil }
        return Entry(name: String(cString: name), user: found.pointee.pw_uid, group: found.pointee.pw_gid)
    }

    private static func group(of name: String) -> gid_t? { gid_t(name) ?? getgrnam(name)?.pointee.gr_gid }

    private static func groups(of entry: Entry) -> [gid_t] {
        var room = 64
        while room <= groupLimit {
            var groups = [gid_t](repeating: 0, count: room)
            let count = Int(clinux_groups_of(entry.name, entry.group, &groups, CInt(room)))
            if (0...room).contains(count) { return Array(groups[..<count]) }
            room *= 2
        }
        return [entry.group]
    }
}
