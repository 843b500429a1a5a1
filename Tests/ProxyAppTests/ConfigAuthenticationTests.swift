import ProxyApp
import Testing

@Suite struct ConfigAuthenticationTests {
    @Test func `files, realm and the time that a login is known are read`() {
        let read = settings(
            of: "authentication: {password_file: /etc/proxyd/users, group_file: /g, realm: 'my proxy', remember: 5m}")?
            .authentication
        #expect(read?.passwordFile == "/etc/proxyd/users" && read?.groupFile == "/g")
        #expect(read?.realm == "my proxy" && read?.rememberMs == 300_000)
    }

    @Test func `nobody is asked by default`() {
        #expect(Settings().authentication.passwordFile == nil)
    }

    @Test(arguments: ["a\"b", "a\\b", "caf\u{e9}", "", String(repeating: "x", count: 65)])
    func `a realm that would have to be escaped is no realm`(realm: String) {
        let found = problems(in: "authentication:\n  realm: '\(realm)'")
        #expect(
            found == [
                "f:2:10: authentication.realm: `\(realm)` is no realm; "
                    + "write 1 to 64 printable ASCII characters without quote and backslash"
            ])
    }

    @Test func `groups without users are a contradiction`() {
        #expect(
            problems(in: "authentication: {group_file: /g}") == [
                "f:1:18: authentication.group_file is set without authentication.password_file: nobody can log in; "
                    + "set authentication.password_file, or remove the groups"
            ])
    }
}
