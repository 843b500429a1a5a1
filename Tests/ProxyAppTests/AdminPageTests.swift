import Testing
import Tunnel

@testable import ProxyApp

@Suite struct AdminPageTests {
    private static let page = AdminPage.html(nonce: "NONCE")

    @Test func `style and script carry the nonce, and there are no others`() {
        #expect(Self.page.contains("<style nonce=\"NONCE\">"))
        #expect(Self.page.contains("<script nonce=\"NONCE\">"))
        #expect(Self.page.matches(of: /<script/).count == 1)
        #expect(Self.page.matches(of: /<style/).count == 1)
        #expect(!Self.page.contains(/\son[a-z]+="/), "no handler in the markup")
        #expect(!Self.page.contains(/\sstyle="/), "the policy would drop it")
    }

    @Test func `nothing is loaded from elsewhere`() {
        #expect(!Self.page.contains(/(src|href)="(https?:|\/\/)/))
        #expect(!Self.page.contains("@import"))
        #expect(!Self.page.contains("url("))
    }

    @Test func `data never becomes markup`() {
        for way in [
            "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", ".srcdoc",
        ] {
            #expect(!Self.page.contains(way), "\(way)")
        }
    }

    @Test func `the constants in the script cannot end it`() {
        let script = Self.page.split(separator: "<script nonce=\"NONCE\">")[1]
        #expect(script.matches(of: /<\//).count == 3, "the ends of script, body and html alone")
    }

    @Test func `without JavaScript it says so and points at the figures`() throws {
        let start = try #require(Self.page.firstRange(of: "<noscript>"))
        let end = try #require(Self.page.firstRange(of: "</noscript>"))
        #expect(Self.page[start.upperBound..<end.lowerBound].contains("/status"))
        #expect(Self.page.contains("<main id=\"main\" hidden>"))
    }

    @Test func `every element that the script looks up is there once`() {
        for match in Self.page.matches(of: /(?:byId|fill)\("([a-zA-Z]+)"/) {
            #expect(Self.page.ranges(of: " id=\"\(match.1)\"").count == 1, "\(match.1)")
        }
    }

    // MARK: Words

    @Test func `every end of a tunnel has a sentence`() {
        #expect(Set(FailureToken.tunnelEnds.map(\.token)) == Set(TunnelEnd.allCases.map(\.token.description)))
    }

    @Test func `no word is described twice`() {
        let tokens = FailureToken.sentences.map(\.token)
        #expect(Set(tokens).count == tokens.count)
        #expect(tokens.allSatisfy { $0.wholeMatch(of: /[a-z]+(_[a-z]+)*/) != nil })
    }
}
