import Testing

@testable import ProxyApp

/// The small readers of field values: pure functions of bytes.
@Suite struct RelayFieldTests {
    private func bytes<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        Array(text.utf8).withUnsafeBytes(body)
    }

    private func members(_ value: String) -> [String] {
        var found: [String] = []
        _ = bytes(value) { value in
            FieldText.allMembers(of: value) {
                found.append(String(decoding: $0, as: UTF8.self))
                return true
            }
        }
        return found
    }

    // MARK: FieldText

    @Test func letterCaseDoesNotMatterAndAllElseDoes() {
        #expect(FieldText.equal("WebSocket".utf8, "websocket".utf8))
        #expect(FieldText.equal("H2C".utf8, "h2c" as StaticString))
        #expect(!FieldText.equal("h2cx".utf8, "h2c" as StaticString))
        #expect(!FieldText.equal("h2".utf8, "h2c" as StaticString))
        // `@` and a backquote, `[` and `{` differ by the same bit as a letter and its capital.
        #expect(!FieldText.equal("@[".utf8, "`{".utf8))
    }

    @Test func prefixMustBeThereWhole() {
        #expect(FieldText.hasPrefix("TLS/1.2".utf8, "tls/"))
        #expect(FieldText.hasPrefix("tls/".utf8, "tls/"))
        #expect(!FieldText.hasPrefix("tls".utf8, "tls/"))
    }

    @Test(arguments: [
        ("a", ["a"]), (" a ,\tb\t", ["a", "b"]), ("a,,b, ,", ["a", "b"]), ("a b", ["a b"]), ("", []), (" ,\t, ", []),
    ])
    func membersAreTrimmedAndEmptyOnesSkipped(value: String, found: [String]) { #expect(members(value) == found) }

    @Test func membersEndWithTheFirstNo() {
        var count = 0
        let all = bytes("a, b, c") { value in
            FieldText.allMembers(of: value) { _ in
                count += 1
                return count < 2
            }
        }
        #expect(!all && count == 2)
    }

    // MARK: UpgradeRule

    @Test(arguments: ["websocket", "WebSocket", "websocket, foo/2", "tls", "http", "h2cx"])
    func upgradeForTheOriginPasses(value: String) { #expect(bytes(value) { UpgradeRule.mayPass($0) }) }

    @Test(arguments: [
        "h2c", "H2C", "h2", "websocket, h2c", "h2c, websocket", "HTTP/2.0", "websocket,http/1.1", "TLS/1.0", "", " , ",
    ])
    func upgradeOfThisHopDoesNotPass(value: String) { #expect(!bytes(value) { UpgradeRule.mayPass($0) }) }

    @Test(arguments: [
        ("websocket", "websocket", true), ("websocket,", "WebSocket", true), ("a, b", "b", true),
        ("a, b", "b, a", true),
        ("websocket", "h2c", false), ("websocket", "websocket, h2c", false), ("websocket", "", false),
        ("websocket", "websocket2", false), ("", "websocket", false),
    ])
    func answerMayNameOnlyWhatWasAsked(asked: String, answered: String, isMet: Bool) {
        let got = bytes(asked) { asked in bytes(answered) { UpgradeRule.isMet(asked: asked, answered: $0) } }
        #expect(got == isMet)
    }

    // MARK: ViaField

    @Test(arguments: [
        "1.1 me", "1.1 ME", "1.0 other, 1.1 me", "1.1 me, 1.1 other", "HTTP/1.1 me", "1.1\tme", "1.1  me", " 1.1 me ",
        "1.1 me (comment)", "1.1 other (x), 1.1 me", "1.1 other (a (b), c), 1.1 me", "1.1 other(x),1.1 me", "1.1 me(x)",
        ", ,1.1 me",
    ])
    func pseudonymIsFoundWhereARecipientStands(value: String) {
        #expect(bytes(value) { ViaField.names(Array("me".utf8), in: $0) })
    }

    @Test(arguments: [
        "", "me", "1.1 other", "1.1 me2", "1.1 not-me", "1.1 other me", "me 1.1", "1.1 other (me)",
        "1.1 other (1.1 me)",
        "1.1 other (, 1.1 me)", "1.1 me:3128", "1.1", "1.1 other (unclosed, 1.1 me",
    ])
    func pseudonymElsewhereIsSomebodyElse(value: String) {
        #expect(!bytes(value) { ViaField.names(Array("me".utf8), in: $0) })
    }
}
