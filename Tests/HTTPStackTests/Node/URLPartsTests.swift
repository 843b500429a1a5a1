import TestSupport
import Testing

@testable import HTTPStack

/// URLs taken apart, and Base 64.
@Suite struct URLPartsTests {
    /// Row 78.
    @Test(arguments: [
        ("http://h", "h", 80, "/"), ("http://h/", "h", 80, "/"), ("HTTP://h:81/a", "h", 81, "/a"),
        ("http://h?q=1", "h", 80, "/?q=1"), ("http://h/a/../b?x#y", "h", 80, "/a/../b?x"),
        ("http://[::1]:8080/", "::1", 8080, "/"), ("http://h:/a", "h", 80, "/a"),
        ("http://h/a b/ü", "h", 80, "/a%20b/%C3%BC"),
    ])
    func aURLGivesHostPortAndPath(url: String, host: String, port: UInt16, path: String) throws {
        let options = try RequestOptions(url: url)
        #expect(options.hostname == host && options.port == port && options.path == path)
        #expect(options.auth == nil && options.method == "GET")
    }

    /// Row 78.
    @Test(arguments: [
        "", "h", "/path", "http:", "http:h", "http:/h", "http://", "http://:80", "http://h:70000", "http://a b/",
    ])
    func whatHasNoHostIsNoURL(url: String) {
        #expect(throws: OutgoingError.illegalURL(url)) { try RequestOptions(url: url) }
    }

    /// Row 84.
    @Test func aLineBreakInAURLIsRefused() {
        #expect(throws: OutgoingError.illegalPath("/a\r\nX: y")) { try RequestOptions(url: "http://h/a\r\nX: y") }
    }

    /// Row 86.
    @Test(arguments: [
        ("http://u:p@h/", "u:p"), ("http://u@h/", "u"), ("http://u:p@x@h/", "u:p@x"), ("http://%3a:%@h/", "::%"),
        ("http://u%+1:@h/", "u%+1:"),
    ])
    func whatStandsBeforeTheLastAtSignAreCredentials(url: String, auth: String) throws {
        let options = try RequestOptions(url: url)
        #expect(options.auth == auth && options.hostname == "h")
    }

    /// Row 86.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("\u{0}\u{10}\u{83}", "ABDCgw=="), ("~~~???", "fn5+Pz8/"),
    ])
    func base64IsThatOfRFC4648(plain: String, encoded: String) {
        #expect(Base64.encode(plain.utf8) == encoded)
    }
}
