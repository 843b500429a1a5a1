import Testing

@testable import ProxyApp

@Suite struct AdminTokenTests {
    private static let word = "R2l2ZSBtZSBhIHRva2VuIHBsZWFzZQ=="

    private func token(_ text: String = word) throws(AdminToken.Problem) -> AdminToken {
        try AdminToken(text: Array(text.utf8))
    }

    private func problem(_ text: String) -> String? {
        do throws(AdminToken.Problem) {
            _ = try token(text)
            return nil
        } catch {
            return error.description
        }
    }

    @Test(arguments: ["Bearer \(word)", "bearer \(word)", "BEARER   \(word)"])
    func `the token opens, whatever the case of its scheme`(value: String) throws {
        #expect(try token().opens(authorization: Array(value.utf8)))
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Bearer x", word, "Basic \(word)", "Bearer \(word)x", "Bearer \(word.dropLast())",
        "Bearer \(word.lowercased())", "Bearer\(word)", "Bearer\t\(word)", "Bearer \(word) ", "xBearer \(word)",
    ])
    func `anything else does not`(value: String) throws {
        #expect(try !token().opens(authorization: Array(value.utf8)))
    }

    @Test func `a folder cannot be read`() {
        #expect(throws: AdminToken.Problem(description: "admin_token_file: /tmp cannot be read: Is a directory")) {
            _ = try AdminToken(file: "/tmp")
        }
    }

    @Test(arguments: ["\n", "\r\n", ""])
    func `a line may end as editors end it`(ending: String) throws {
        #expect(try token(Self.word + ending).opens(authorization: Array("Bearer \(Self.word)".utf8)))
    }

    @Test(arguments: [
        ("", "of 0 characters"), ("short", "of 5 characters"),
        (String(repeating: "a", count: 513), "of 513 characters"),
        ("two words of a certain length", "more than one word"),
        ("line one is long enough\nline two", "more than one word"),
        ("passw\u{F6}rter-sind-lang-genug", "more than one word"), ("\n\n", "more than one word"),
    ])
    func `what is no token is refused with what would be one, and not repeated`(text: String, words: String) throws {
        let told = try #require(problem(text))
        #expect(told.contains(words) && told.contains("/dev/urandom"))
        #expect(!told.contains("short") && !told.contains("line one"))
    }

    @Test func `a token does not print itself`() throws {
        let shown = "\(try token())"
        #expect(!shown.contains(Self.word.prefix(6)))
    }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("unix:/a", true), (":1", false),
        ("0.0.0.0:1", false), ("10.0.0.1:1", false), ("[::]:1", false), ("[2001:db8::1]:1", false),
    ])
    func `an admin listener that others reach needs a token`(address: String, isPrivate: Bool) {
        let told = problems(in: "listen: 127.0.0.1:9\nadmin: \"\(address)\"", toStart: true)
        #expect(told.isEmpty == isPrivate)
        #expect(isPrivate || told[0].hasPrefix("f:2:1: admin: \(address) can be reached from other machines"))
        #expect(problems(in: "listen: 127.0.0.1:9\nadmin_token_file: /t\nadmin: \"\(address)\"", toStart: true).isEmpty)
        #expect(problems(in: "admin: \"\(address)\"").isEmpty, "to ask it needs no token")
    }
}
