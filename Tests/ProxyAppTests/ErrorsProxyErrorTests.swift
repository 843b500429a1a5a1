import Engine
import Testing

@testable import HTTPStack
@testable import ProxyApp

/// What a client is told, by what went wrong.
@Suite struct ErrorsProxyErrorTests {
    private func error(_ kind: ExchangeFailure.Kind, errno: Errno? = nil, detail: StaticString? = nil) -> ProxyError {
        ProxyError(ExchangeFailure(kind, errno: errno, detail: detail), host: "origin.example", port: 81)
    }

    @Test(arguments: [
        (ExchangeFailure.Kind.resolve(.notFound), 502, "dns_nxdomain"), (.resolve(.noAddress), 502, "dns_nodata"),
        (.resolve(.timedOut), 504, "dns_timeout"), (.resolve(.serverFailure), 502, "dns_servfail"),
        (.resolve(.badName), 400, "dns_badname"), (.resolve(.overloaded), 503, "dns_overload"),
        (.resolve(.cancelled), 503, "dns_cancelled"), (.resolve(.noResources), 503, "dns_resources"),
        (.resolve(.refused), 502, "dns_refused"), (.denied, 403, "own_listener"), (.peerDiffers, 502, "peer_differs"),
        (.connectRefused, 502, "connect_refused"), (.connectTimedOut, 504, "connect_timeout"),
        (.connectFailed, 502, "connect_failed"), (.noDescriptors, 503, "no_descriptors"), (.noMemory, 503, "no_memory"),
        (.queueFull, 503, "queue_full"), (.queueTimedOut, 503, "queue_timeout"),
        (.closedBeforeResponse, 502, "closed_early"), (.truncated, 502, "truncated"), (.reset, 502, "reset"),
        (.responseTimedOut, 504, "response_timeout"), (.bodyTimedOut, 504, "body_timeout"),
        (.writeTimedOut, 504, "write_timeout"), (.badResponse, 502, "bad_response"), (.aborted, 502, "aborted"),
    ])
    func failureOfAnOriginHasItsStatusAndWord(kind: ExchangeFailure.Kind, status: Int, token: String) {
        let got = error(kind)
        #expect(got.status == status)
        #expect("\(got.token)" == token)
        #expect(got.text.contains("origin.example"), "the person must see which origin")
        #expect(got.text.hasSuffix(".") && !got.text.contains("\n"))
    }

    @Test func systemsWordAndTheParsersSentenceAreTold() {
        #expect(error(.connectRefused, errno: .connectionRefused).text.contains("\(Errno.connectionRefused)"))
        #expect(error(.badResponse, detail: "It has two lengths.").text.hasSuffix("It has two lengths."))
    }

    @Test func addressWithColonsIsBracketed() {
        let got = ProxyError(ExchangeFailure(.connectRefused), host: "::1", port: 81)
        #expect(got.text.hasPrefix("[::1]:81 refused"))
    }

    @Test(arguments: [
        (400, "bad_request"), (408, "head_timeout"), (414, "request_line_too_long"), (431, "head_too_large"),
        (501, "unsupported_coding"), (505, "unsupported_version"),
    ])
    func mistakeOfAClientHasItsWord(status: Int, token: String) {
        let seen = ClientError(status: status, reason: "A sentence.")
        let got = ProxyError(seen)
        #expect(got.status == status && "\(got.token)" == token)
        #expect(got.text == "\(seen.reason)")
    }

    @Test(arguments: [
        (ClientFailure.bodyTimedOut, 408, "client_body_timeout"), (.badBody("x"), 400, "client_bad_body"),
    ])
    func brokenRequestBodyHasItsWord(failure: ClientFailure, status: Int, token: String) {
        let got = ProxyError(failure)
        #expect(got.status == status && "\(got.token)" == token)
        #expect(got.endsConnection)
    }

    @Test func whatWasNotUnderstoodEndsTheConnectionAndWhatWasNotAllowedDoesNot() {
        #expect(ProxyError.host.endsConnection)
        #expect(ProxyError.originForm.endsConnection)
        #expect(ProxyError.bodyTooLarge(5).endsConnection)
        #expect(!error(.denied).endsConnection)
        #expect(!ProxyError.expectation.endsConnection)
        #expect(!error(.connectRefused).endsConnection)
        #expect(!error(.queueFull).endsConnection)
    }

    @Test func requestForTheProxyItselfSaysHowToUseIt() {
        #expect(ProxyError.originForm.status == 400)
        #expect(ProxyError.originForm.text.contains("http_proxy="))
        #expect(ProxyError.scheme("ftp").text.contains("'ftp'") && ProxyError.scheme("ftp").status == 501)
        #expect(ProxyError.bodyTooLarge(77).text.contains("77 bytes"))
    }
}
