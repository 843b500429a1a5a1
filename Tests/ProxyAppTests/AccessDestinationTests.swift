import Engine
import HTTPStack
import HTTPWire
import Logging
import Policy
import Testing

@testable import ProxyApp

@Suite struct AccessDestinationTests {
    /// A loop's book of rules, asked with requests as clients write them.
    private final class Desk {
        let book: DestinationBook
        private let loop: EventLoop

        init(_ rules: RuleSet, keepsRootDot: Bool = false) throws {
            loop = try EventLoop()
            book = DestinationBook(
                loop: loop, rules: rules, utcOffsetMinutes: 0, keepsRootDot: keepsRootDot,
                log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }

        func find(_ line: String, client: String = "192.0.2.7", user: ClientUser? = nil) throws -> Destination {
            let head = MessageHead(limits: .standard)
            var parser = HeadParser(kind: .request)
            let bytes = Array("\(line) HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
            return try bytes.withUnsafeBytes { bytes in
                _ = try parser.parse(bytes, into: head)
                let address = try #require(SocketAddress(numeric: client, port: 1))
                let target = try RequestTarget.parse(head.bytes(head.targetRange), method: head.method)
                return try book.find(GateRequest(head: head, target: target, client: address, session: nil), user)
            }
        }

        func failure(_ line: String, client: String = "192.0.2.7", user: ClientUser? = nil) -> FailureKind? {
            do { _ = try find(line, client: client, user: user) } catch { return (error as? ProxyError)?.kind }
            return nil
        }
    }

    private static func rules(_ rules: [Rule]) -> RuleSet {
        RuleSet(
            rules: rules, exposure: .loopbackOnly, admission: Admission(), own: OwnListeners([], machineAddresses: []))
    }

    private static func rule(_ action: Rule.Action, _ change: (inout Rule) -> Void) -> Rule {
        var rule = Rule(action, line: 1)
        change(&rule)
        return rule
    }

    @Test func `what was asked for before is one object, in any case of letters`() throws {
        let desk = try Desk(.nothingSpecial)
        let first = try desk.find("GET http://a.example/")
        #expect(try desk.find("POST http://A.Example:80/x") === first)
        #expect(try desk.find("GET http://a.example:81/") !== first)
        #expect(try desk.find("CONNECT a.example:80") !== first)
    }

    @Test func `the pool's key is canonical, and keeps a root dot only where it makes a difference`() throws {
        let plain = try Desk(.nothingSpecial)
        #expect(try plain.find("GET http://A.example./").origin.key.host == "a.example")
        #expect(try plain.find("GET http://[2001:DB8:0::1]/").origin.key.host == "2001:db8::1")
        let searching = try Desk(.nothingSpecial, keepsRootDot: true)
        #expect(try searching.find("GET http://A.example./").origin.key.host == "a.example.")
    }

    @Test func `a host that is none is the client's mistake`() throws {
        let desk = try Desk(.nothingSpecial)
        #expect(desk.failure("GET http://0x7f.1/") == .dnsBadName)
        #expect(desk.failure("GET http://a..b/") == .dnsBadName)
    }

    @Test func `other rules forget what was decided`() throws {
        let desk = try Desk(.nothingSpecial)
        let before = try desk.find("GET http://a.example/")
        desk.book.take(Self.rules([Self.rule(.deny) { $0.names = NameCondition(patterns: [.exact("a.example")]) }]))
        #expect(desk.failure("GET http://a.example/") == .rule)
        desk.book.take(.nothingSpecial)
        #expect(try desk.find("GET http://a.example/") !== before, "sockets that it has approved are judged anew")
    }

    @Test func `what rules look at keeps decisions apart`() throws {
        let client = try Desk(
            Self.rules([Self.rule(.deny) { $0.clients = NetworkList([IPNetwork(IPAddress(ipv4: 1))]) }]))
        #expect(client.failure("GET http://a.example/", client: "0.0.0.1") == .rule)
        #expect(client.failure("GET http://a.example/", client: "0.0.0.2") == nil)

        let user = try Desk(Self.rules([Self.rule(.deny) { $0.people = PeopleCondition(groups: ["guests"]) }]))
        let ann = ClientUser(name: "ann", groups: ["guests"])
        #expect(user.failure("GET http://a.example/", user: ann) == .rule)
        #expect(user.failure("GET http://a.example/", user: nil) == nil)
        #expect(user.failure("GET http://a.example/", user: ClientUser(name: "ann")) == nil, "she is a guest no more")
        let bob = try user.find("GET http://a.example/", user: ClientUser(name: "bob"))
        #expect(try user.find("GET http://a.example/", user: ClientUser(name: "bob")) === bob, "on another connection")

        let method = try Desk(Self.rules([Self.rule(.deny) { $0.methods = [.post] }]))
        #expect(method.failure("POST http://a.example/") == .rule)
        #expect(method.failure("GET http://a.example/") == nil)
    }

    @Test func `what they do not look at does not`() throws {
        let desk = try Desk(.nothingSpecial)
        let one = try desk.find("GET http://a.example/", client: "0.0.0.1", user: ClientUser(name: "ann"))
        #expect(try desk.find("PUT http://a.example/", client: "0.0.0.2", user: nil) === one)
    }

    @Test func `addresses are judged, and the reason is kept for the answer`() throws {
        let desk = try Desk(.nothingSpecial)
        let place = try desk.find("GET http://a.example/")
        #expect(place.mayDial(.ipv4(address: 0x7f00_0001, port: 80)))
        #expect(!place.mayDial(.ipv4(address: 0xa9fe_a9fe, port: 80)))
        #expect(place.denialByAddress == .metadata)
        #expect(!place.mayDial(.unix(path: "/x")))
    }

    @Test func `an address that was allowed stays so, and says nothing of another or of another port`() throws {
        let place = try Desk(.nothingSpecial).find("GET http://a.example/")
        for _ in 0..<2 {
            #expect(place.mayDial(.ipv4(address: 0x7f00_0001, port: 80)))
            #expect(!place.mayDial(.ipv4(address: 0xa9fe_a9fe, port: 80)))
        }
        #expect(place.mayDial(.ipv4(address: 0x7f00_0002, port: 80)))
        #expect(place.mayDial(.ipv4(address: 0x7f00_0001, port: 80)))
    }

    @Test func `the table forgets all rather than grow without end`() throws {
        var table = DestinationTable()
        let place = try Desk(.nothingSpecial).find("GET http://a.example/")
        var wrong = 0
        for number in 0...DestinationTable.maxEntries {
            let name = Array("h\(number).example".utf8)
            name.withUnsafeBytes { bytes in
                let key = DestinationTable.Key(
                    host: bytes, port: 80, method: .other, isIPv6Literal: false, client: nil, user: nil)
                if table.find(key) != nil { wrong += 1 }
                table.insert(key, place)
                if table.find(key) !== place { wrong += 1 }
            }
        }
        #expect(wrong == 0)
        #expect(table.count == 1)
    }
}
