import Policy
import Testing

@Suite struct AuthenticatorTests {
    private let client = ClientKey(ip("192.0.2.1"))
    private let neighbour = ClientKey(ip("192.0.2.2"))

    private func authenticator(
        _ text: String = "ann:\(PasswordFileTests.bcrypt)", _ change: (inout Authenticator.Options) -> Void = { _ in }
    ) -> Authenticator {
        var options = Authenticator.Options()
        change(&options)
        return Authenticator(file: passwordFile(text), key: SecretKey(low: 1, high: 2), options: options)
    }

    private func isAccepted(_ step: Authenticator.Step) -> Bool {
        if case .accepted = step { true } else { false }
    }
    private func isRejected(_ step: Authenticator.Step) -> Bool {
        if case .rejected = step { true } else { false }
    }
    private func isBusy(_ step: Authenticator.Step) -> Bool {
        if case .busy = step { true } else { false }
    }
    private func isVerified(_ step: Authenticator.Step) -> Bool {
        if case .verify = step { true } else { false }
    }
    private func pauseMs(_ step: Authenticator.Step) -> UInt64? {
        if case .pause(let ms) = step { ms } else { nil }
    }

    /// A login from its arrival to its end.
    @discardableResult
    private func run(
        _ machine: inout Authenticator, _ credentials: BasicCredentials, from client: ClientKey?, nowMs: UInt64 = 0
    ) -> Authenticator.Outcome? {
        guard case .verify(let verification) = machine.check(credentials, from: client, nowMs: nowMs) else {
            return nil
        }
        return machine.finish(verification, isCorrect: verification.run(FakeHasher()), nowMs: nowMs)
    }

    @Test func `a right login is computed once and known afterwards, for a while`() {
        var machine = authenticator { $0.keepMs = 1000 }
        #expect(run(&machine, login("ann", "right"), from: client) == .accepted(untilMs: 1000))
        guard case .accepted(untilMs: 1000) = machine.check(login("ann", "right"), from: client, nowMs: 999) else {
            Issue.record("not known")
            return
        }
        #expect(isVerified(machine.check(login("ann", "right"), from: client, nowMs: 1000)))
    }

    @Test func `a wrong password, and a user who does not exist, are both computed and refused`() {
        var machine = authenticator()
        #expect(run(&machine, login("ann", "wrong"), from: client) == .wrong(pausesMs: [client: 0]))
        #expect(run(&machine, login("eve", "right"), from: client) == .wrong(pausesMs: [client: 0]))
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

    @Test func `who joins a login that is wrong has failed as well, once for each address`() {
        var machine = authenticator { $0.throttle.free = 0 }
        guard case .verify(let first) = machine.check(login("ann", "wrong"), from: client, nowMs: 0) else { return }
        for from in [client, neighbour, neighbour] { _ = machine.check(login("ann", "wrong"), from: from, nowMs: 0) }
        let outcome = machine.finish(first, isCorrect: false, nowMs: 0)
        #expect(outcome == .wrong(pausesMs: [client: 1000, neighbour: 1000]))
    }

    @Test func `a wrong login that comes again is refused at once and costs its address nothing`() {
        var machine = authenticator {
            $0.throttle.free = 1
            $0.keepWrongMs = 1000
        }
        run(&machine, login("ann", "wrong"), from: client)
        for nowMs in [0, 500, 999] as [UInt64] {
            #expect(isRejected(machine.check(login("ann", "wrong"), from: client, nowMs: nowMs)))
        }
        #expect(isVerified(machine.check(login("ann", "right"), from: client, nowMs: 999)))
        #expect(isVerified(machine.check(login("ann", "wrong"), from: client, nowMs: 1000)))
    }

    @Test func `as many are computed at once as may be`() {
        var machine = authenticator { $0.maxUnderWay = 1 }
        guard case .verify(let first) = machine.check(login("ann", "a"), from: client, nowMs: 0) else { return }
        #expect(isBusy(machine.check(login("ann", "b"), from: neighbour, nowMs: 0)))
        _ = machine.finish(first, isCorrect: false, nowMs: 0)
        #expect(isVerified(machine.check(login("ann", "b"), from: neighbour, nowMs: 0)))
    }

    @Test func `one address leaves room for others, whatever it tries at once`() {
        var machine = authenticator { $0.maxUnderWayPerClient = 2 }
        guard case .verify(let first) = machine.check(login("ann", "a"), from: client, nowMs: 0) else { return }
        _ = machine.check(login("ann", "b"), from: client, nowMs: 0)
        #expect(isBusy(machine.check(login("ann", "c"), from: client, nowMs: 0)))
        #expect(isVerified(machine.check(login("ann", "c"), from: neighbour, nowMs: 0)))
        _ = machine.finish(first, isCorrect: false, nowMs: 0)
        #expect(isVerified(machine.check(login("ann", "d"), from: client, nowMs: 0)))
    }

    @Test func `whoever guesses has to pause, whoever is known does not`() {
        var machine = authenticator()
        run(&machine, login("ann", "right"), from: client)
        for number in 0..<6 { run(&machine, login("ann", "wrong\(number)"), from: client) }
        #expect(pauseMs(machine.check(login("ann", "wrong"), from: client, nowMs: 0)) == 1000)
        #expect(isVerified(machine.check(login("ann", "wrong"), from: neighbour, nowMs: 0)))
        #expect(isAccepted(machine.check(login("ann", "right"), from: client, nowMs: 0)))
    }

    @Test func `clients on a unix socket are not slowed down`() {
        var machine = authenticator()
        for number in 0..<20 { #expect(run(&machine, login("ann", "\(number)"), from: nil) == .wrong(pausesMs: [:])) }
    }

    @Test func `a changed file ends what was known, of those whom it changes`() {
        var machine = authenticator("ann:\(PasswordFileTests.bcrypt)\nbob:\(PasswordFileTests.sha512)")
        run(&machine, login("ann", "right"), from: client)
        run(&machine, login("bob", "right"), from: client)
        machine.replace(passwordFile("ann:\(PasswordFileTests.sha512)\nbob:\(PasswordFileTests.sha512)"))
        #expect(isVerified(machine.check(login("ann", "right"), from: client, nowMs: 0)))
        #expect(isAccepted(machine.check(login("bob", "right"), from: client, nowMs: 0)))
        machine.replace(passwordFile("ann:\(PasswordFileTests.sha512)"))
        #expect(!isAccepted(machine.check(login("bob", "right"), from: client, nowMs: 0)))
    }

    @Test func `what was computed against a file that has changed meanwhile does not count`() {
        var machine = authenticator()
        guard case .verify(let first) = machine.check(login("ann", "right"), from: client, nowMs: 0) else { return }
        machine.replace(passwordFile("ann:\(PasswordFileTests.sha512)"))
        #expect(machine.finish(first, isCorrect: true, nowMs: 0) == .outdated)
        #expect(isVerified(machine.check(login("ann", "right"), from: client, nowMs: 0)))
    }

    @Test func `somebody who gets an account with another's hash is not held for wrong`() {
        var machine = authenticator()
        run(&machine, login("eve", "right"), from: client)
        machine.replace(passwordFile("ann:\(PasswordFileTests.bcrypt)\neve:\(PasswordFileTests.bcrypt)"))
        #expect(isVerified(machine.check(login("eve", "right"), from: client, nowMs: 0)))
    }

    @Test func `without users nobody gets in`() {
        var machine = authenticator("")
        #expect(isRejected(machine.check(login("ann", "right"), from: client, nowMs: 0)))
    }

    @Test func `printing a verification shows no password`() {
        var machine = authenticator()
        guard case .verify(let verification) = machine.check(login("ann", "geheim"), from: client, nowMs: 0) else {
            return
        }
        var dumped = ""
        dump(verification, to: &dumped)
        #expect(!dumped.contains("103") && !dumped.contains("geheim") && "\(verification)" == "ann:***")
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
