import CLinux
import Testing

@testable import Engine

/// Examples of RFC 6724 10.2 where IPv6 and IPv4 meet, and of what a container has.
@Suite struct FamilyOrderTests {
    private static func ipv6GoesFirst(_ six: String, from sixSource: String?, _ four: String, from fourSource: String?)
        throws -> Bool
    {
        func address(_ text: String) throws -> SocketAddress { try #require(SocketAddress(numeric: text, port: 0)) }
        return FamilyOrder.ipv6GoesFirst(
            try address(six), from: try sixSource.map(address), try address(four), from: try fourSource.map(address))
    }

    @Test func `with a way to both, IPv6 goes first`() throws {
        #expect(
            try Self.ipv6GoesFirst("2001:db8:1::1", from: "2001:db8:2::2", "198.51.100.1", from: "203.0.113.1"))
        #expect(try Self.ipv6GoesFirst("::1", from: "::1", "127.0.0.1", from: "127.0.0.1"))
    }

    @Test func `a family without a way goes second`() throws {
        #expect(try !Self.ipv6GoesFirst("2001:db8::1", from: nil, "198.51.100.1", from: "203.0.113.1"))
        #expect(try Self.ipv6GoesFirst("2001:db8::1", from: "2001:db8::2", "198.51.100.1", from: nil))
        #expect(try Self.ipv6GoesFirst("2001:db8::1", from: nil, "198.51.100.1", from: nil))
    }

    @Test func `a source of a smaller scope counts against its family`() throws {
        #expect(try !Self.ipv6GoesFirst("2001:db8:1::1", from: "fe80::1", "198.51.100.1", from: "203.0.113.1"))
        #expect(try Self.ipv6GoesFirst("2001:db8:1::1", from: "2001:db8::2", "198.51.100.1", from: "169.254.13.78"))
    }

    @Test func `a source of another kind counts against its family`() throws {
        #expect(try !Self.ipv6GoesFirst("2001:db8::1", from: "fd00:beef::1", "198.51.100.1", from: "10.1.2.4"))
        #expect(try !Self.ipv6GoesFirst("2001:db8::1", from: "2002:c633:6401::2", "198.51.100.1", from: "10.1.2.4"))
    }

    @Test func `transition and unique local addresses come behind IPv4`() throws {
        #expect(
            try !Self.ipv6GoesFirst("2002:c633:6401::1", from: "2002:c633:6401::2", "198.51.100.1", from: "10.1.2.4"))
        #expect(try !Self.ipv6GoesFirst("2001::1", from: "2001::2", "198.51.100.1", from: "10.1.2.4"))
        #expect(try !Self.ipv6GoesFirst("fd00::1", from: "fd00::2", "198.51.100.1", from: "10.1.2.4"))
    }

    @Test(arguments: [
        ("::1", 2, 50, 0), ("2001:db8::1", 14, 40, 1), ("::ffff:198.51.100.1", 14, 35, 4), ("2002::1", 14, 30, 2),
        ("2001::1", 14, 5, 5), ("fc00::1", 14, 3, 13), ("fdff::1", 14, 3, 13), ("::198.51.100.1", 14, 1, 3),
        ("fec0::1", 5, 1, 11), ("3ffe::1", 14, 1, 12), ("fe80::1", 2, 40, 1), ("ff05::1", 5, 40, 1),
        ("127.0.0.1", 2, 35, 4), ("169.254.0.1", 2, 35, 4), ("10.0.0.1", 14, 35, 4),
    ])
    func `addresses are classed by the default table`(text: String, scope: Int, precedence: Int, label: Int) throws {
        let traits = AddressTraits(try #require(SocketAddress(numeric: text, port: 0)))
        #expect((Int(traits.scope), Int(traits.precedence), Int(traits.label)) == (scope, precedence, label))
    }

    /// RFC 6724 10.2, inside a family: what each is reached from, or nil, and the order.
    @Test(
        arguments: [
            ([("2001:db8:1::1", "2001:db8:1::2"), ("fe80::1", "fe80::2")], ["fe80::1", "2001:db8:1::1"]),
            (
                [("2001:db8:3ffe::1", "2001:db8:2::2"), ("2001:db8:1::1", "2001:db8::2")],
                ["2001:db8:1::1", "2001:db8:3ffe::1"]
            ),
            (
                [("2002:c633:6401::1", "2002:c633:6401::2"), ("2001:db8:1::1", "2002:c633:6401::2")],
                ["2002:c633:6401::1", "2001:db8:1::1"]
            ),
            (
                [("2002:c633:6401::1", "2002:c633:6401::2"), ("2001:db8:1::1", "2001:db8:1::2")],
                ["2001:db8:1::1", "2002:c633:6401::1"]
            ),
            ([("10.1.2.3", nil), ("198.51.100.1", "203.0.113.1")], ["198.51.100.1", "10.1.2.3"]),
            (
                [("198.51.100.1", "10.0.0.1"), ("10.0.0.2", "10.0.0.1"), ("192.0.2.1", "10.0.0.1")],
                ["198.51.100.1", "10.0.0.2", "192.0.2.1"]
            ),
        ] as [([(String, String?)], [String])])
    func `inside a family the rules are the same`(known: [(String, String?)], expected: [String]) throws {
        func address(_ text: String) throws -> SocketAddress { try #require(SocketAddress(numeric: text, port: 0)) }
        let sources = try known.map { (try address($0.0), try $0.1.map(address)) }
        let sorted = FamilyOrder.sorted(sources.map(\.0)) { asked in sources.first { $0.0 == asked }?.1 }
        #expect(sorted.map(\.host) == expected)
    }

    @Test func `the kernel knows where loopback is reached from`() {
        #expect(RouteProbe.source(for: .ipv4(address: 0x7f00_0009, port: 0)) == .ipv4(address: 0x7f00_0001, port: 0))
    }
}
