import Foundation
import TestSupport
import Testing

@testable import Engine

@Suite struct HostsFileTests {
    private static let one = SocketAddress.ipv4(address: 0x0a00_0001, port: 0)
    private static let two = SocketAddress.ipv4(address: 0x0a00_0002, port: 0)

    private static func table(_ text: String) -> HostsTable { HostsTable(parsing: Array(text.utf8)) }

    @Test func everyNameOfALineHasItsAddress() {
        let table = Self.table("10.0.0.1 first second\tthird\n")
        for name in ["first", "second", "third"] { #expect(table.addresses(of: name) == [Self.one]) }
    }

    @Test func addressesOfANameKeepTheOrderOfTheFile() {
        let table = Self.table("10.0.0.2 db\n::1 db\n10.0.0.1 db\n10.0.0.2 db\n")
        #expect(table.addresses(of: "db").map(\.host) == ["10.0.0.2", "::1", "10.0.0.1"])
    }

    @Test func commentsAndBlankLinesMeanNothing() {
        let table = Self.table("# 10.0.0.1 a\n\n   \n10.0.0.1 a # b\n10.0.0.2 c#d\n")
        #expect(table.addresses(of: "a") == [Self.one])
        #expect(table.addresses(of: "b").isEmpty)
        #expect(table.addresses(of: "c") == [Self.two])
        #expect(table.addresses(of: "d").isEmpty)
    }

    @Test func namesAreFoundWhateverTheirCase() {
        #expect(Self.table("10.0.0.1 DB.Corp.Example.\r\n").addresses(of: "db.corp.example") == [Self.one])
    }

    @Test func linesThatDoNotParseArePassedOver() {
        let table = Self.table("nonsense a\n10.0.0.300 b\n10.0.0.1\n10.0.0.2 ok b@d\n")
        #expect(table.addresses(of: "ok") == [Self.two])
        #expect(table.addresses(of: "a").isEmpty)
        #expect(table.addresses(of: "b").isEmpty)
    }

    @Test func aLastLineWithoutNewlineCounts() {
        #expect(Self.table("10.0.0.1 a").addresses(of: "a") == [Self.one])
    }

    @Test func aChangedFileIsReadAnewWithinASecond() throws {
        let path = NSTemporaryDirectory() + "hosts-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "10.0.0.1 db\n".write(toFile: path, atomically: true, encoding: .utf8)
        var file = HostsFile(path: path)
        #expect(file.addresses(of: "db", nowMs: 5_000) == [Self.one])
        try "10.0.0.2 db\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(file.addresses(of: "db", nowMs: 5_999) == [Self.one])
        #expect(file.addresses(of: "db", nowMs: 6_000) == [Self.two])
        try FileManager.default.removeItem(atPath: path)
        #expect(file.addresses(of: "db", nowMs: 7_000).isEmpty)
    }

    @Test func aFileThatIsNotThereListsNothing() {
        var file = HostsFile(path: "/nonexistent/hosts")
        #expect(file.addresses(of: "localhost", nowMs: 0).isEmpty)
    }

    @Test func theHostsFileComesBeforeTheServers() async throws {
        let path = NSTemporaryDirectory() + "hosts-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try "10.0.0.1 pinned.example\n2001:db8::5 six.example\n".write(toFile: path, atomically: true, encoding: .utf8)
        let options = ResolverOptions.quiet {
            $0.hostsFile = path
            $0.family = .ipv4
        }
        let rig = try ResolverRig(options) { _, _ in .records([.a(192, 0, 2, 1)]) }
        defer { rig.end() }
        let pinned = await rig.resolve("Pinned.example")
        #expect(pinned == .success(ResolvedAddresses(addresses: [Self.one], source: .local)))
        #expect(rig.dns.questions.isEmpty)
        // Listed with an address of another family only: the servers are asked.
        #expect(await rig.hosts(of: "six.example") == ["192.0.2.1"])
    }
}
