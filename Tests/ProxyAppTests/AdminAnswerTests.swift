import Testing

@testable import ProxyApp

@Suite struct AdminAnswerTests {
    private func value(_ name: String, in answer: AdminAnswer) -> String? {
        answer.fields.first { $0.name == name }?.value
    }

    private static let all =
        [
            AdminAnswer.live, .ready(isDraining: false), .status(AdminSnapshots.busy()),
            .metrics(AdminSnapshots.busy()),
            .page(nonce: "n"),
        ] + AdminRefusal.allCases.map(AdminAnswer.refusal)

    @Test func `every answer forbids sniffing, caching, framing and referrers`() {
        for answer in Self.all {
            #expect(value("X-Content-Type-Options", in: answer) == "nosniff")
            #expect(value("Cache-Control", in: answer) == "no-store")
            #expect(value("Referrer-Policy", in: answer) == "no-referrer")
            #expect(answer.policy.hasPrefix("default-src 'none'; "))
            #expect(answer.policy.hasSuffix("frame-ancestors 'none'"))
        }
    }

    @Test func `only the page may run anything, and only with its nonce`() {
        for answer in Self.all {
            #expect(answer.policy.contains("script-src") == (answer.contentType.hasPrefix("text/html")))
        }
        let page = AdminAnswer.page(nonce: "abc")
        #expect(page.policy.contains("script-src 'nonce-abc'; style-src 'nonce-abc';"))
        #expect(!page.policy.contains("unsafe"))
    }

    @Test func `readiness is 503 while draining and 200 before`() {
        #expect(AdminAnswer.ready(isDraining: false).status == 200)
        #expect(AdminAnswer.ready(isDraining: true).status == 503)
        #expect(AdminAnswer.live.status == 200)
    }

    @Test func `the health checks are one line of plain text`() {
        for answer in [AdminAnswer.live, .ready(isDraining: true), .ready(isDraining: false)] {
            #expect(answer.contentType == "text/plain; charset=utf-8")
            #expect(answer.body.split(separator: "\n", omittingEmptySubsequences: false).count == 2)
        }
    }

    @Test func `a refused method names those that are allowed`() {
        let answer = AdminAnswer.refusal(.method)
        #expect(answer.status == 405)
        #expect(value("Allow", in: answer) == "GET, HEAD")
    }

    @Test func `an unknown path lists the known ones`() {
        let answer = AdminAnswer.refusal(.unknownPath)
        #expect(answer.status == 404)
        for path in AdminRoute.paths { #expect(answer.body.contains(" \(path)")) }
    }

    @Test func `what is not for the admin listener is refused`() {
        #expect(AdminRefusal.tunnel.status == 403)
        #expect(AdminRefusal.absoluteForm.status == 403)
        #expect(AdminRefusal.foreignHost.status == 403)
        #expect(AdminRefusal.severalHosts.status == 400)
    }

    @Test func `figures that cannot be written are an error and not a crash`() {
        var snapshot = AdminSnapshots.fresh()
        snapshot.uptimeS = .nan
        #expect(AdminAnswer.status(snapshot).status == 500)
    }
}
