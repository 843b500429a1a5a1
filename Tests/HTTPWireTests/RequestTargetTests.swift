import HTTPWire
import Testing

@Suite struct RequestTargetTests {
    /// A target with its ranges as text.
    struct Parts: Equatable, Sendable {
        var form: RequestTarget.Form
        var scheme = ""
        var host = ""
        var isIPv6 = false
        var port: UInt16?
        var path = ""
    }

    static func parts(_ text: String, _ target: RequestTarget) -> Parts {
        let bytes = Array(text.utf8)
        func string(_ range: ByteRange) -> String {
            String(decoding: bytes[Int(range.start)..<range.end], as: UTF8.self)
        }
        return Parts(
            form: target.form, scheme: string(target.scheme), host: string(target.host),
            isIPv6: target.hostIsIPv6Literal, port: target.port, path: string(target.path))
    }

    static func parse(_ text: String, _ method: Method) -> Result<Parts, TargetError> {
        withBytes(text) { bytes in
            do throws(TargetError) {
                return .success(parts(text, try RequestTarget.parse(bytes, method: method)))
            } catch { return .failure(error) }
        }
    }

    @Test(arguments: [
        ("/", Parts(form: .origin, path: "/")), ("//a?b", Parts(form: .origin, path: "//a?b")),
        ("http://h", Parts(form: .absolute, scheme: "http", host: "h")),
        ("http://h/", Parts(form: .absolute, scheme: "http", host: "h", path: "/")),
        ("http://h?q", Parts(form: .absolute, scheme: "http", host: "h", path: "?q")),
        ("http://h/a?b@c:d", Parts(form: .absolute, scheme: "http", host: "h", path: "/a?b@c:d")),
        ("HTTP://H:80/a", Parts(form: .absolute, scheme: "HTTP", host: "H", port: 80, path: "/a")),
        ("http://h:/a", Parts(form: .absolute, scheme: "http", host: "h", path: "/a")),
        (
            "http://[::1]:8080/",
            Parts(form: .absolute, scheme: "http", host: "::1", isIPv6: true, port: 8080, path: "/")
        ),
        ("http://[2001:DB8::1.2.3.4]", Parts(form: .absolute, scheme: "http", host: "2001:DB8::1.2.3.4", isIPv6: true)),
        ("x-y+1.z://a_b.c%2d", Parts(form: .absolute, scheme: "x-y+1.z", host: "a_b.c%2d")),
        ("ftp://1.2.3.4:65535", Parts(form: .absolute, scheme: "ftp", host: "1.2.3.4", port: 65535)),
    ])
    func targetOfAGetIsTakenApart(_ text: String, _ expected: Parts) {
        #expect(Self.parse(text, .get) == .success(expected))
    }

    @Test(
        arguments: [
            ("", .empty), ("*", .asteriskNotAllowed), ("a", .badForm), ("example.com:80", .badForm),
            ("http:/h", .badForm),
            ("http:", .badForm), ("mailto:a@b", .badForm), ("1http://h/", .badScheme), ("://h", .badScheme),
            ("http://", .emptyHost), ("http:///a", .emptyHost), ("http://:80/", .emptyHost),
            ("http://u@h/", .userinfo), ("http://u:p@h/", .userinfo), ("http://@h/", .userinfo),
            ("http://h/#f", .fragment), ("/#", .fragment), ("http://h:0/", .badPort), ("http://h:65536/", .badPort),
            ("http://h:000080/", .badPort), ("http://h:8a/", .badPort), ("http://h:-1/", .badPort),
            ("http://h:80:80/", .badPort), ("http://h%/", .badHost), ("http://h%4/", .badHost),
            ("http://h%zz/", .badHost),
            ("http://a\\b/", .badHost), ("http://a<b/", .badHost), ("http://a|b/", .badHost), ("http://a^b/", .badHost),
            ("http://[::1/", .badIPv6Literal), ("http://[::1]x/", .badHost),
            ("http://[fe80::1%25eth0]/", .badIPv6Literal),
            ("http://[v1.x]/", .badIPv6Literal), ("http://[]/", .badIPv6Literal), ("http://::1/", .emptyHost),
            ("/a b", .badByte), ("/\u{e9}", .badByte), ("/\u{7f}", .badByte), ("http://a]/", .badHost),
        ] as [(String, TargetError)])
    func badTargetOfAGetIsRefused(_ text: String, _ error: TargetError) {
        #expect(Self.parse(text, .get) == .failure(error))
    }

    @Test(arguments: [
        ("h:1", Parts(form: .authority, host: "h", port: 1)),
        ("example.com:443", Parts(form: .authority, host: "example.com", port: 443)),
        ("[::1]:443", Parts(form: .authority, host: "::1", isIPv6: true, port: 443)),
    ])
    func connectTakesHostAndPort(_ text: String, _ expected: Parts) {
        #expect(Self.parse(text, .connect) == .success(expected))
    }

    @Test(
        arguments: [
            ("h", .missingPort), ("h:", .missingPort), ("[::1]", .missingPort), (":443", .emptyHost),
            ("h:0", .badPort), ("h:99999", .badPort), ("http://h:80", .badPort), ("h:80/", .badPort), ("/a", .badHost),
            ("*", .missingPort), ("u@h:80", .userinfo), ("h:80#f", .fragment), ("::1:443", .emptyHost),
        ] as [(String, TargetError)])
    func badConnectTargetIsRefused(_ text: String, _ error: TargetError) {
        #expect(Self.parse(text, .connect) == .failure(error))
    }

    @Test func asteriskIsForOptions() {
        #expect(Self.parse("*", .options) == .success(Parts(form: .asterisk)))
    }

    @Test func longestHostIs255Bytes() {
        func target(_ count: Int) -> String { "http://" + String(repeating: "a", count: count) + "/" }
        #expect((try? Self.parse(target(255), .get).get()) != nil)
        #expect(Self.parse(target(256), .get) == .failure(.badHost))
    }

    @Test func hostFieldNeedsNoPort() throws {
        let target = try withBytes("a.b") { try RequestTarget.parseAuthority($0) }
        #expect(Self.parts("a.b", target) == Parts(form: .authority, host: "a.b"))
    }

    @Test(arguments: [
        "::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:1.2.3.4",
        "::255.255.255.255", "::ffff:0.0.0.0", "abcd:EF01::", "1::8", "1:2:3:4:5::1.2.3.4", "fe80::1",
    ])
    func everyFormOfIPv6AddressIsAccepted(_ address: String) {
        #expect(Self.parse("[\(address)]:1", .connect).map(\.host) == .success(address))
    }

    @Test(arguments: [
        "", ":", ":::", "1", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1::",
        "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::256.1.1.1", "::01.2.3.4",
        "1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:", "::1:", "::.1.2.3", "::a.1.2.3", "1:2:3:4:5:6:7::8",
        "1:2:3:4:5:6::1.2.3.4",
    ])
    func everythingElseInBracketsIsRefused(_ address: String) {
        #expect(Self.parse("[\(address)]:1", .connect) == .failure(.badIPv6Literal))
    }
}
