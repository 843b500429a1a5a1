/// Users and groups; one match is enough. Somebody who is not logged in matches none.
public struct PeopleCondition: Hashable, Sendable {
    /// Names of users.
    public var users: Set<String>
    /// Names of groups.
    public var groups: Set<String>

    /// A condition for these users and the members of these groups.
    public init(users: Set<String> = [], groups: Set<String> = []) {
        self.users = users
        self.groups = groups
    }

    func matches(_ request: AccessRequest) -> Bool {
        guard let user = request.user else { return false }
        return users.contains(user) || !groups.isDisjoint(with: request.groups)
    }

    func covers(_ other: PeopleCondition) -> Bool {
        users.isSuperset(of: other.users) && groups.isSuperset(of: other.groups)
    }

    /// Groups are taken to share members.
    func overlaps(_ other: PeopleCondition) -> Bool {
        !users.isDisjoint(with: other.users) || !groups.isEmpty || !other.groups.isEmpty
    }
}
