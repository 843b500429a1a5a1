import Engine
import HTTPStack
import Policy
import Testing

@testable import ProxyApp

/// What the enum says of every failure.
@Suite struct ErrorsFailureKindTests {
    @Test func `words are unique and of one shape`() {
        let tokens = FailureKind.allCases.map(\.token.description)
        #expect(Set(tokens).count == tokens.count)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
    }

    @Test(arguments: FailureKind.allCases)
    func `every failure has a meaning, a fault and an advice, each a sentence`(kind: FailureKind) {
        for text in [kind.meaning, kind.fault, kind.advice] {
            let sentence = text.description
            #expect(sentence.count > 8 && sentence.hasSuffix("."), "\(kind): \(sentence)")
            // They go into markup, a table and a field as they are.
            #expect(sentence.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7f && !"<>&|\"\\".utf8.contains($0) }, "\(kind)")
        }
    }

    @Test(arguments: FailureKind.allCases)
    func `every failure has a status that is an error, or none`(kind: FailureKind) {
        #expect(kind.status == 0 || (400..<600).contains(kind.status))
    }

    @Test(arguments: FailureKind.allCases)
    func `who may come again later hears when, and nobody else`(kind: FailureKind) {
        let error = ProxyError(kind, "What happened.")
        #expect((error.retryAfterS != nil) == [429, 503].contains(kind.status), "\(kind)")
    }

    @Test func `a wait that is known takes the place of the kind's`() {
        #expect(ProxyError(.loginPaused, "x", waitS: 30).retryAfterS == 30)
        #expect(ProxyError(.clientRequests, "x", waitS: 0).retryAfterS == 1, "never at once")
        #expect(ProxyError(.rule, "x", waitS: 30).retryAfterS == nil, "a denial stays one")
    }

    @Test func `a client's mistake is answered with a client's status, and no other failure is`() {
        for kind in FailureKind.allCases where kind.facts.type == .httpRequestError {
            #expect((400..<500).contains(kind.status) && kind.facts.side == .client, "\(kind)")
        }
    }

    @Test func `the library's and the policy's words are the same`() {
        for error in ResolveError.allCases { #expect(FailureKind(error).token.description == error.token.description) }
        let client: [ClientFailure] = [.gone(nil), .bodyTimedOut, .writeTimedOut, .badBody(""), .stopped]
        for failure in client {
            #expect(FailureKind(failure).token.description == failure.token.description)
            if failure.isAnswerable { #expect(FailureKind(failure).status == failure.status) }
        }
        let kinds: [ExchangeFailure.Kind] = [
            .connectRefused, .connectTimedOut, .connectFailed, .queueTimedOut, .queueFull, .closedBeforeResponse,
            .truncated, .reset, .responseTimedOut, .bodyTimedOut, .writeTimedOut, .badResponse, .noDescriptors,
            .noMemory, .aborted,
        ]
        for kind in kinds { #expect(FailureKind(kind).token.description == ExchangeFailure(kind).token.description) }
        let reasons: [AccessReason] = [
            .clientNetwork, .loginRequired, .ownListener, .guardedPort, .connectPort, .metadata, .notPublic,
        ]
        for reason in reasons { #expect(FailureKind(reason).token.description == reason.token.description) }
    }
}
