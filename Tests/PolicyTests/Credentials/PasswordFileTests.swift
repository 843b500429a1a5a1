import Policy
import Testing

@Suite struct PasswordFileTests {
    static let bcrypt = "$2y$05$" + String(repeating: "a", count: 53)
    static let sha512 = "$6$salt$" + String(repeating: "b", count: 86)
    static let sha256 = "$5$rounds=10000$salt$" + String(repeating: "c", count: 43)

    private func read(_ text: String) -> PasswordFile { Array(text.utf8).withUnsafeBytes { PasswordFile(parsing: $0) } }

    @Test func `bcrypt and SHA-crypt are taken`() {
        let file = read("\u{feff}# users\r\nann:\(Self.bcrypt)\r\n\r\nbob:\(Self.sha512)\njos\u{e9}:\(Self.sha256)")
        #expect(file.problems == [] && file.count == 3)
        #expect(file.hash(of: "ann")?.kind == .bcrypt && file.hash(of: "ann")?.cost == 5)
        #expect(file.hash(of: "bob")?.kind == .sha512 && file.hash(of: "bob")?.cost == 5000)
        #expect(file.hash(of: "jos\u{e9}")?.cost == 10000)
        #expect(file.hash(of: "eve") == nil)
    }

    @Test func `every line that is not taken is told with its number`() {
        let file = read("ann\n:\(Self.bcrypt)\nann:\(Self.bcrypt)\nann:\(Self.sha512)\nbob:\n")
        #expect(
            file.problems.map(\.line) == [1, 2, 4, 5]
                && file.problems.map(\.kind) == [.noColon, .badUser, .twice(firstLine: 3), .hash(.plain)])
        #expect(file.count == 1)
    }

    static let refused: [(String, PasswordHashError)] = [
        ("$apr1$salt$hash", .md5), ("$1$salt$hash", .md5), ("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", .sha1),
        ("{SSHA}xx", .sha1),
        ("rqXexS6ZhobKA", .des), ("secret", .plain), ("", .plain), ("$argon2id$v=19$x", .unknownKind),
        ("$2y$05$short", .malformed),
        ("$2y$5$\(a53)", .malformed), ("$2y$03$\(a53)", .malformed), ("$2y$18$\(a53)", .tooCostly),
        ("$2y$05$+\(a53.dropLast())", .malformed), ("$6$salt$short", .malformed),
        ("$6$rounds=x$salt$\(b86)", .malformed),
        ("$6$$\(b86)", .malformed), ("$6$rounds=9999999$salt$\(b86)", .tooCostly),
        ("$6$rounds=10$salt$\(b86)", .malformed),
        ("$6$salt", .malformed),
    ]
    private static let a53 = String(repeating: "a", count: 53)
    private static let b86 = String(repeating: "b", count: 86)

    @Test(arguments: refused)
    func `weak and broken hashes are refused with what to do`(text: String, error: PasswordHashError) {
        #expect(throws: error) { try PasswordHash(text) }
        #expect(error.fix.contains("htpasswd -B"))
    }

    @Test func `a reason never repeats what the file says`() {
        let file = read("ann:topsecretpassword\n")
        let told = file.problems.map { $0.what + $0.fix }.joined()
        #expect(!told.isEmpty && !told.contains("topsecret") && !told.contains("ann"))
    }
}
