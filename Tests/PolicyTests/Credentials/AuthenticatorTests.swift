import Policy
import Testing

@Suite struct AuthenticatorTests {
    /// Takes the password `right` for every hash, in the only way that a hash can be taken: by giving it back.
    private struct Hasher: PasswordHasher {
        func hash(_ password: [UInt8], setting: String) -> String? {
            password == Array("right".utf8) ? setting : "$wrong$"
        }
    }

    private let client = ClientKey(ip("192.0.2.1"))

    private func authenticator(
        _ text: String = "ann:\(PasswordFileTests.bcrypt)", maxUnderWay: Int = 4, keepMs: UInt64 = 1000
    ) -> Authenticator {
        Authenticator(
            file: Array(text.utf8).withUnsafeBytes { PasswordFile(parsing: $0) },
            verified: VerifiedLogins(key: SecretKey(low: 1, high: 2), capacity: 10, keepMs: keepMs),
            throttle: LoginThrottle(capacity: 10), maxUnderWay: maxUnderWay)
    }

    private func login(_ user: String, _ password: String) -> BasicCredentials {
        BasicCredentials(user: user, password: Array(password.utf8))
    }

    @discardableResult
    private func run(_ machine: inout Authenticator, _ credentials: BasicCredentials, nowMs: UInt64 = 0) -> Bool? {
        switch machine.check(credentials, from: client, nowMs: nowMs) {
        case .accepted: return true
        case .verify(let verification):
            let isCorrect = verification.run(Hasher())
            machine.finish(verification, isCorrect: isCorrect, from: client, nowMs: nowMs)
            return isCorrect
        default: return nil
        }
    }

    @Test func `a right login is computed once and known afterwards, for a while`() {
        var machine = authenticator()
        #expect(run(&machine, login("ann", "right")) == true)
        guard case .accepted(user: "ann") = machine.check(login("ann", "right"), from: client, nowMs: 999) else {
            Issue.record("not known")
            return
        }
        guard case .verify = machine.check(login("ann", "right"), from: client, nowMs: 1000) else {
            Issue.record("known too long")
            return
        }
    }

    @Test func `a wrong password, and a user who does not exist, are both computed and refused`() {
        var machine = authenticator()
        #expect(run(&machine, login("ann", "wrong")) == false)
        #expect(run(&machine, login("eve", "right")) == false)
    }

    @Test func `the same login is computed once at a time`() {
        var machine = authenticator()
        guard case .verify(let first) = machine.check(login("ann", "right"), from: client, nowMs: 0),
            case .join(let digest) = machine.check(login("ann", "right"), from: nil, nowMs: 0)
        else {
            Issue.record("computed twice")
            return
        }
        #expect(digest == first.digest)
    }

    @Test func `as many are computed at once as may be`() {
        var machine = authenticator(maxUnderWay: 1)
        _ = machine.check(login("ann", "a"), from: client, nowMs: 0)
        guard case .busy = machine.check(login("ann", "b"), from: client, nowMs: 0) else {
            Issue.record("not busy")
            return
        }
    }

    @Test func `whoever guesses has to pause, whoever is known does not`() {
        var machine = authenticator(keepMs: 100_000)
        run(&machine, login("ann", "right"))
        for number in 0..<6 { run(&machine, login("ann", "wrong\(number)")) }
        guard case .pause(let ms) = machine.check(login("ann", "wrong"), from: client, nowMs: 0), ms == 1000 else {
            Issue.record("no pause")
            return
        }
        #expect(run(&machine, login("ann", "right")) == true)
    }

    @Test func `a changed file ends what was known`() {
        var machine = authenticator(keepMs: 100_000)
        run(&machine, login("ann", "right"))
        machine.replace(Array("ann:\(PasswordFileTests.sha512)".utf8).withUnsafeBytes { PasswordFile(parsing: $0) })
        guard case .verify = machine.check(login("ann", "right"), from: client, nowMs: 0) else {
            Issue.record("known still")
            return
        }
    }

    @Test func `without users nobody gets in`() {
        var machine = authenticator("")
        guard case .rejected = machine.check(login("ann", "right"), from: client, nowMs: 0) else {
            Issue.record("not rejected")
            return
        }
    }

    @Test func `what is remembered depends on every part, wherever one ends`() throws {
        let verified = VerifiedLogins(key: SecretKey(low: 1, high: 2), capacity: 10, keepMs: 1)
        let other = VerifiedLogins(key: SecretKey(low: 1, high: 3), capacity: 10, keepMs: 1)
        let (one, two) = (try PasswordHash(PasswordFileTests.bcrypt), try PasswordHash(PasswordFileTests.sha512))
        let digests = [
            verified.digest(login("ann", "b"), against: one), verified.digest(login("an", "nb"), against: one),
            verified.digest(login("ann", "c"), against: one), verified.digest(login("ann", "b"), against: two),
            other.digest(login("ann", "b"), against: one),
        ]
        #expect(Set(digests).count == 5)
    }

    @Test func `printing a verification shows no password`() {
        var machine = authenticator()
        guard case .verify(let verification) = machine.check(login("ann", "geheim"), from: client, nowMs: 0) else {
            return
        }
        var dumped = ""
        dump(verification, to: &dumped)
        #expect(!dumped.contains("103") && "\(verification)" == "ann:***")
    }

    @Test func `comparison sees every byte`() {
        let bytes = Array("abcdef".utf8)
        #expect(ConstantTime.equal(bytes, bytes))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1
            #expect(!ConstantTime.equal(bytes, other))
        }
        #expect(!ConstantTime.equal(bytes, bytes.dropLast()))
    }
}
