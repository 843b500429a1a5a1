/// Somebody who is logged in. One object for all of the user's requests on a loop, so that none of them makes a String.
final class ClientUser {
    /// The name, as the password file has it.
    let name: String
    /// The groups that the user is in.
    let groups: Set<String>

    init(name: String, groups: Set<String> = []) {
        self.name = name
        self.groups = groups
    }
}
