import CLinux
import Glibc
import TestSupport
import Testing

@testable import Engine

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("0.0.0.0", "0.0.0.0:80"), ("127.0.0.1", "127.0.0.1:80"), ("255.255.255.255", "255.255.255.255:80"),
        ("::", "[::]:80"), ("::1", "[::1]:80"), ("2001:DB8:0:0:0:0:0:1", "[2001:db8::1]:80"),
        ("::ffff:192.0.2.1", "[::ffff:192.0.2.1]:80"), ("fe80::1:2:3:4", "[fe80::1:2:3:4]:80"),
    ])
    func aNumericAddressIsParsedAndPrintedCanonically(text: String, printed: String) {
        #expect(SocketAddress(numeric: text, port: 80)?.description == printed)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "01.2.3.4", "0x7f.0.0.1", " 1.2.3.4", "1.2.3.4 ", "[::1]", "::1%lo",
        ":::", "1::2::3", "localhost", "12345::",
    ])
    func whatIsNotANumericAddressIsRefused(text: String) {
        #expect(SocketAddress(numeric: text, port: 80) == nil)
    }

    @Test(arguments: [
        SocketAddress.ipv4(address: 0xc000_0201, port: 8_080),
        .ipv6(high: 0x2001_0db8_0000_0000, low: 0x1234_5678_9abc_def0, scope: 3, port: 65_535),
    ])
    func theKernelsFormAndBackIsTheSameAddress(address: SocketAddress) {
        #expect(address.withRaw { raw, _ in SocketAddress(raw) } == address)
    }

    @Test func theKernelsFormIsInNetworkByteOrder() {
        let bytes = SocketAddress.ipv4(address: 0x0102_0304, port: 0x0506).withRaw { raw, length in
            Array(UnsafeRawBufferPointer(start: raw, count: Int(length)))
        }
        #expect(Array(bytes[2..<8]) == [5, 6, 1, 2, 3, 4])
    }

    @Test func aUnixPathOfFullLengthFitsWithItsNul() {
        let path = "/" + String(repeating: "p", count: SocketAddress.maxUnixPathBytes - 1)
        let bytes = SocketAddress.unix(path: path).withRaw { raw, length in
            Array(UnsafeRawBufferPointer(start: raw, count: Int(length)))
        }
        #expect(bytes.count == MemoryLayout<sockaddr_un>.size)
        #expect(Array(bytes[2..<109]) == Array(path.utf8))
        #expect(bytes[109] == 0)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.255.0.9", true), ("128.0.0.1", false), ("::1", true), ("::2", false),
        ("::ffff:127.0.0.1", true), ("::ffff:127.9.9.9", true), ("::ffff:10.0.0.1", false), ("::127.0.0.1", false),
    ])
    func loopbackIsKnownInEveryForm(text: String, expected: Bool) {
        #expect(SocketAddress(numeric: text, port: 1)?.isLoopback == expected)
    }

    @Test(arguments: [("0.0.0.0", true), ("::", true), ("::ffff:0.0.0.0", true), ("0.0.0.1", false), ("::1", false)])
    func theUnspecifiedAddressIsKnownInEveryForm(text: String, expected: Bool) {
        #expect(SocketAddress(numeric: text, port: 1)?.isUnspecified == expected)
    }

    @Test func aPortIsReplacedWithoutTouchingTheRest() {
        let address = SocketAddress.ipv6(high: 1, low: 2, scope: 3, port: 4)
        #expect(address.with(port: 9) == .ipv6(high: 1, low: 2, scope: 3, port: 9))
        #expect(SocketAddress.unix(path: "/a").with(port: 9) == .unix(path: "/a"))
    }

    @Test func aUnixSocketIsPrintedWithItsPath() {
        let address = SocketAddress.unix(path: "/run/proxyd.sock")
        #expect(address.description == "unix:/run/proxyd.sock")
        #expect(address.host == "/run/proxyd.sock")
        #expect(address.port == 0)
    }
}
