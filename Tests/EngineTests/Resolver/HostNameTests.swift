import TestSupport
import Testing

@testable import Engine

@Suite struct HostNameTests {
    @Test func upperCaseBecomesLowerCase() {
        #expect(HostName("WWW.Example.COM", keepingRootDot: false)?.text == "www.example.com")
    }

    @Test func theRootDotIsDroppedUnlessItMakesADifference() {
        #expect(HostName("a.example.", keepingRootDot: false)?.text == "a.example")
        let kept = HostName("a.Example.", keepingRootDot: true)
        #expect(kept?.text == "a.example.")
        #expect(kept?.isAbsolute == true)
        #expect(kept?.withoutRootDot == "a.example")
    }

    @Test(arguments: ["a", "my_host", "xn--bcher-kva.example", "1.example", "a-b.c", "0x.example", "0xg", "3com"])
    func ordinaryNamesAreAllowed(name: String) {
        #expect(HostName(name, keepingRootDot: false)?.text == name)
    }

    @Test(arguments: [
        "", ".", "..", ".a", "a..b", "a..", "a b", "a/b", "a:b", "a%b", "a@b", "a\u{0}b", "b\u{fc}cher.example",
        "[::1]",
    ])
    func whatIsNoHostNameIsRefused(name: String) {
        #expect(HostName(name, keepingRootDot: false) == nil)
    }

    @Test(arguments: ["1", "127.1", "2130706433", "0x7f.0.0.1", "10.0.0.0x1", "0x", "1.2.3.4.", "a.0XFF", "1.2.3.4.5"])
    func whatSomeProgramsTakeForAnAddressIsRefused(name: String) {
        #expect(HostName(name, keepingRootDot: false) == nil)
    }

    @Test func aLabelHasAtMost63Bytes() {
        let longest = String(repeating: "a", count: 63)
        #expect(HostName(longest + ".b", keepingRootDot: false) != nil)
        #expect(HostName(longest + "a.b", keepingRootDot: false) == nil)
        #expect(HostName("b." + longest, keepingRootDot: false) != nil)
        #expect(HostName("b." + longest + "a", keepingRootDot: false) == nil)
    }

    @Test func aNameHasAtMost253BytesWithoutItsRootDot() {
        let longest = Array(repeating: String(repeating: "a", count: 49), count: 5).joined(separator: ".") + ".abc"
        #expect(longest.utf8.count == 253)
        #expect(HostName(longest, keepingRootDot: false) != nil)
        #expect(HostName(longest + ".", keepingRootDot: false)?.text == longest)
        #expect(HostName(longest + "d", keepingRootDot: false) == nil)
    }

    @Test(arguments: [
        ("localhost", true), ("a.localhost.", true), ("notlocalhost", false), ("localhost.example", false),
    ])
    func onlyLocalhostAndWhatIsBelowItIsLocalhost(name: String, expected: Bool) {
        #expect(HostName(name, keepingRootDot: true)?.isLocalhost == expected)
    }
}
