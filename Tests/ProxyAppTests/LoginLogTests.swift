import Policy
import Testing

@testable import ProxyApp

@Suite struct LoginLogTests {
    @Test func `a failed login is told with client, user and pause`() {
        var log = FailedLoginLog(nowMs: 0)
        let lines = log.lines(client: IPAddress(parsing: "192.0.2.1"), user: "a\"\\\u{9b}n", pauseMs: 2000, nowMs: 0)
        #expect(
            lines == [
                .init(
                    message: "login failed",
                    metadata: ["client": "192.0.2.1", "user": "\"a\\\"\\\\\\u{009B}n\"", "pause_ms": "2000"])
            ])
    }

    @Test func `a flood is counted, not told`() {
        var log = FailedLoginLog(nowMs: 0)
        let told = (0..<1000).reduce(0) { count, _ in
            count + log.lines(client: nil, user: "eve", pauseMs: 0, nowMs: 5).count
        }
        #expect(told == 20)
        let later = log.lines(client: nil, user: "eve", pauseMs: 0, nowMs: 1010)
        #expect(later.map(\.message) == ["more logins failed", "login failed"])
        #expect(later.first?.metadata == ["count": "980"] && later.last?.metadata["client"] == "unix")
    }

    @Test(arguments: ["plain", "our proxy (ask Ann)"])
    func `the challenge names realm and charset`(realm: String) {
        #expect(LoginStep.challenge(realm: realm) == "Basic realm=\"\(realm)\", charset=\"UTF-8\"")
    }
}
