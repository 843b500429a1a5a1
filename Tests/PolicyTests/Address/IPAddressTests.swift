import Policy
import Testing

@Suite struct IPAddressTests {
    @Test(arguments: [
        "::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "fe80::a:b:c:d", "0:1:0:1:0:1:0:1",
        "1:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "192.0.2.1", "0.0.0.0", "255.255.255.255",
    ])
    func `an address in its usual spelling is printed as it was read`(text: String) throws {
        let printed = try #require(IPAddress(parsing: text)).description
        #expect(
            printed
                == (text == "::2:3:4:5:6:7:8"
                    ? "0:2:3:4:5:6:7:8" : text == "1:2:3:4:5:6:7::" ? "1:2:3:4:5:6:7:0" : text))
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:", ":1", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
        "12345::", "g::",
        "::1%lo", "[::1]", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1", "1:2:3:4:5:6:7:1.2.3.4", "::01.2.3.4", "1.2.3",
        "1.2.3.4.",
        "01.2.3.4", "1.2.3.256", "1.2.3.0x4", " 1.2.3.4", "1.2.3.4 ", "1..3.4", "::ffff:1.2.3.4/96",
    ])
    func `what is not exactly an address is refused`(text: String) {
        #expect(IPAddress(parsing: text) == nil)
    }

    @Test func `a mapped address is the IPv4 address`() {
        #expect(IPAddress(parsing: "::ffff:10.1.2.3") == IPAddress(parsing: "10.1.2.3"))
        #expect(IPAddress(parsing: "::FFFF:a01:203")?.description == "10.1.2.3")
    }

    @Test func `a network is read with its prefix, or as one address`() throws {
        #expect(try IPNetwork(parsing: "10.0.0.0/8").prefixBits == 8)
        #expect(try IPNetwork(parsing: "::/0").prefixBits == 0)
        #expect(try IPNetwork(parsing: "10.1.2.3").isSingleAddress)
        #expect(try IPNetwork(parsing: "::ffff:10.0.0.0/104") == IPNetwork(parsing: "10.0.0.0/8"))
    }

    @Test func `a network with bits behind its prefix is refused with the one that was meant`() throws {
        let meant = try IPNetwork(parsing: "10.0.0.0/8")
        #expect(throws: IPNetworkError.hostBits(meant: meant)) { try IPNetwork(parsing: "10.1.2.3/8") }
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08", "::/129", "::/1x", "::ffff:10.0.0.0/8"])
    func `a prefix that does not fit is refused`(text: String) {
        #expect(throws: IPNetworkError.badPrefix) { try IPNetwork(parsing: text) }
    }

    @Test func `the families are apart`() throws {
        let everything = try IPNetwork(parsing: "::/0")
        #expect(!everything.contains(try #require(IPAddress(parsing: "::ffff:1.2.3.4"))))
        #expect(everything.contains(try #require(IPAddress(parsing: "::1.2.3.4"))))
        #expect(try IPNetwork(parsing: "0.0.0.0/0").contains(try #require(IPAddress(parsing: "::ffff:1.2.3.4"))))
    }
}
