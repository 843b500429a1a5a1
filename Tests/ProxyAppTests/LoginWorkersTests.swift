import Policy
import Synchronization
import TestSupport
import Testing

@testable import ProxyApp

@Suite struct LoginWorkersTests {
    private final class Seen: Sendable {
        let users = Mutex<[String]>([])
        let looks = Mutex(0)
    }

    private func verifications(_ count: Int) -> [Verification] {
        let file = Array("ann:\(LoginFilesTests.hash)\n".utf8).withUnsafeBytes { PasswordFile(parsing: $0) }
        var options = Authenticator.Options()
        options.maxUnderWay = count
        var machine = Authenticator(file: file, key: SecretKey(low: 1, high: 2), options: options)
        return (0..<count).compactMap { number in
            let credentials = BasicCredentials(user: "user\(number)", password: "x".utf8)
            guard case .verify(let verification) = machine.check(credentials, from: nil, nowMs: 0) else { return nil }
            return verification
        }
    }

    @Test(arguments: [1, 3]) func `what is submitted is done, each once`(threads: Int) async throws {
        let seen = Seen()
        let workers = try LoginWorkers(
            lookEveryMs: 60_000, work: { done in seen.users.withLock { $0.append(done.user) } }, look: {})
        try workers.start(count: threads)
        for verification in verifications(50) { workers.submit(verification) }
        #expect(await untilTrue { seen.users.withLock { $0.count } == 50 })
        workers.stop(timeoutMs: 5000)
        #expect(Set(seen.users.withLock { $0 }).count == 50)
    }

    @Test func `the files are looked at while there is nothing to do`() async throws {
        let seen = Seen()
        let workers = try LoginWorkers(lookEveryMs: 1, work: { _ in }, look: { seen.looks.withLock { $0 += 1 } })
        try workers.start(count: 2)
        #expect(await untilTrue { seen.looks.withLock { $0 } > 3 })
        workers.stop(timeoutMs: 5000)
    }

    @Test func `after the stop nothing is done any more`() throws {
        let seen = Seen()
        let workers = try LoginWorkers(
            lookEveryMs: 60_000, work: { done in seen.users.withLock { $0.append(done.user) } }, look: {})
        try workers.start(count: 1)
        workers.stop(timeoutMs: 5000)
        for verification in verifications(3) { workers.submit(verification) }
        #expect(seen.users.withLock { $0 } == [])
    }
}
