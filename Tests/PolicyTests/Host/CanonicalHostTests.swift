import Policy
import Testing

@Suite struct CanonicalHostTests {
    @Test func `case and one root dot do not matter`() throws {
        let host = try CanonicalHost(parsing: "WWW.Example.COM.")
        #expect(host.text == "www.example.com")
        #expect(host.isAbsolute)
        #expect(try !CanonicalHost(parsing: "www.example.com").isAbsolute)
    }

    @Test(arguments: [
        ("", HostError.empty), (".", .empty), ("a..b", .emptyLabel), (".a", .emptyLabel), ("a..", .emptyLabel),
        ("ex%61mple.com", .percentEncoded), ("bücher.example", .notASCII), ("a b", .badByte), ("a/b", .badByte),
        ("a\u{0}", .badByte), ("[example.com]", .badIPv6), ("[::1", .badIPv6), ("[127.0.0.1]", .badIPv6),
        ("a:b", .badIPv6),
        ("[fe80::1%25eth0]", .zoneID), ("fe80::1%eth0", .zoneID), ("xn--.com", .badALabel),
        ("xn--abc-.com", .badALabel), ("xn--99999999.com", .badALabel), ("1.2.3.4.5", .badIPv4), ("a.1", .badIPv4),
        ("a.0x", .badIPv4), ("1.2.3.999", .badIPv4), ("0x100000000", .badIPv4), ("1.2.3.08", .badIPv4),
        ("99999999999", .badIPv4),
    ])
    func `a host that may mean two things is refused`(text: String, error: HostError) {
        #expect(throws: error) { try CanonicalHost(parsing: text) }
    }

    @Test func `every number that libc dials as an address is refused, and named as that address`() throws {
        let cases = AddressOracle.output.disguised
        try #require(cases.count > 2000)
        for (text, meaning) in cases {
            let address = try #require(IPAddress(parsing: meaning))
            let error = #expect(throws: HostError.self) { try CanonicalHost(parsing: text) }
            if error != .addressInDisguise(address) {
                Issue.record("\(text) is \(meaning), not \(String(describing: error))")
            }
        }
    }

    @Test func `lengths are those of DNS`() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "b", count: 61)].joined(separator: ".")
        #expect(try CanonicalHost(parsing: longest + ".").text == longest)
        #expect(throws: HostError.tooLong) { try CanonicalHost(parsing: longest + "b") }
        #expect(throws: HostError.tooLong) { try CanonicalHost(parsing: label + "a.com") }
    }

    @Test(arguments: [
        "xn--bcher-kva.example", "XN--BCHER-KVA.example", "xn--fiqs8s", "xn--e1afmkfd.xn--p1ai", "xn--mgba3a4f16a.ir",
    ])
    func `international names in ASCII are taken`(text: String) throws {
        #expect(try CanonicalHost(parsing: text).text == text.lowercased())
    }

    @Test(arguments: [
        "r3---sn-4g5e6nzz.example", "_dmarc.example.com", "-a-.example", "0x.example", "1.2.3.4.example",
        "3com.example",
    ])
    func `unusual names that exist are taken`(text: String) throws {
        #expect(try CanonicalHost(parsing: text).text == text)
    }

    @Test func `addresses are hosts, in their usual spelling`() throws {
        #expect(try CanonicalHost(parsing: "[::FFFF:127.0.0.1]").text == "127.0.0.1")
        #expect(try CanonicalHost(parsing: "[2001:DB8:0::1]").description == "[2001:db8::1]")
        #expect(try CanonicalHost(parsing: "::1").address == IPAddress(high: 0, low: 1))
        #expect(try CanonicalHost(parsing: "10.0.0.1").address == IPAddress(ipv4: 0x0a00_0001))
    }

    @Test func `any bytes give a canonical host or an error`() {
        var random = SplitMix(seed: 7)
        let letters = Array("0x1.a-:[]%9zZ_\u{e9}f".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<random.below(14)).map { _ in letters[random.below(letters.count)] }
            let host = bytes.withUnsafeBytes { try? CanonicalHost($0, isIPv6Literal: random.below(4) == 0) }
            guard let host else { continue }
            // Reading it again changes nothing.
            #expect((try? CanonicalHost(parsing: host.text))?.text == host.text)
            #expect(
                host.text.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) || [0x2d, 0x2e, 0x3a, 0x5f].contains($0)
                })
        }
    }
}
