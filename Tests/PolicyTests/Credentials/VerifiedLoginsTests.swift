import Testing

@testable import Policy

@Suite struct VerifiedLoginsTests {
    private let key = SecretKey(low: 1, high: 2)

    @Test func `what is remembered depends on every part, wherever one ends`() throws {
        let other = SecretKey(low: 1, high: 3)
        let (one, two) = (try PasswordHash(PasswordFileTests.bcrypt), try PasswordHash(PasswordFileTests.sha512))
        let digests = [
            key.digest(login("ann", "b"), against: one, exists: true),
            key.digest(login("an", "nb"), against: one, exists: true),
            key.digest(login("ann", "c"), against: one, exists: true),
            key.digest(login("ann", "b"), against: two, exists: true),
            key.digest(login("ann", "b"), against: one, exists: false),
            other.digest(login("ann", "b"), against: one, exists: true),
        ]
        #expect(Set(digests).count == digests.count)
    }

    @Test func `the longest unused gives way`() throws {
        var logins = VerifiedLogins(capacity: 2, keepMs: 1000)
        let digests = [0, 1, 2].map { byte in [UInt8(byte)].withUnsafeBytes { key.digest(of: $0) } }
        logins.remember(digests[0], nowMs: 0)
        logins.remember(digests[1], nowMs: 0)
        _ = logins.untilMs(digests[0], nowMs: 1)
        logins.remember(digests[2], nowMs: 2)
        #expect(logins.untilMs(digests[0], nowMs: 3) == 1000)
        #expect(logins.untilMs(digests[1], nowMs: 3) == nil)
    }
}
