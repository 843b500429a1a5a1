/// Somebody who is logged in. One object for all of the user's requests on a connection, so that none of them makes a String.
final class ClientUser {
    /// The name, as the password file has it.
    let name: String
    /// The groups that the user is in.
    let groups: Set<String>
    /// Of both, for tables.
    let hash: UInt64

    init(name: String, groups: Set<String> = []) {
        self.name = name
        self.groups = groups
        var hasher = Hasher()
        hasher.combine(name)
        hasher.combine(groups)
        hash = UInt64(truncatingIfNeeded: hasher.finalize())
    }

    /// The same user with the same groups, from whichever connection?
    func isSame(as other: ClientUser) -> Bool {
        self === other || (hash == other.hash && name == other.name && groups == other.groups)
    }
}
