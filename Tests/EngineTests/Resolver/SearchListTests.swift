import Testing

@testable import Engine

@Suite struct SearchListTests {
    private static func names(_ name: String, _ domains: [String], minDots: Int = 1) throws -> [String] {
        let host = try #require(HostName(name, keepingRootDot: true))
        return SearchList(domains: domains, minDots: minDots).names(for: host)
    }

    @Test func `without domains a name is asked for as it is`() throws {
        #expect(try Self.names("db", []) == ["db"])
        #expect(try Self.names("db.", []) == ["db"])
    }

    @Test func `a name with few dots is tried with the domains first`() throws {
        #expect(try Self.names("db", ["a.example", "b.example"]) == ["db.a.example", "db.b.example", "db"])
        #expect(try Self.names("db.eu", ["a.example"], minDots: 2) == ["db.eu.a.example", "db.eu"])
    }

    @Test func `a name with enough dots is tried as it is first`() throws {
        #expect(try Self.names("db.eu", ["a.example"]) == ["db.eu", "db.eu.a.example"])
    }

    @Test func `a root dot forbids domains`() throws {
        #expect(try Self.names("db.", ["a.example"]) == ["db"])
    }

    @Test(arguments: [".", "", ".."])
    func `the root is no domain`(domain: String) throws {
        #expect(SearchList(domains: [domain], minDots: 1).isEmpty)
        #expect(try Self.names("db", [domain]) == ["db"])
    }

    @Test func `dots around a domain mean nothing`() throws {
        #expect(try Self.names("db", [".a.example."]) == ["db.a.example", "db"])
    }

    @Test func `a name that may not be asked for is left out`() throws {
        let host = try #require(HostName("db", keepingRootDot: true))
        let list = SearchList(domains: ["a.example", "b.example"], minDots: 1) { $0 != "db.a.example" && $0 != "db" }
        #expect(list.names(for: host) == ["db.b.example", "db"], "the name itself is somebody else's affair")
    }

    @Test func `what would be no name is left out`() throws {
        let long = Array(repeating: String(repeating: "x", count: 60), count: 4).joined(separator: ".")
        #expect(
            try Self.names("twelve-bytes", [long, "sp ace", "a.example"]) == ["twelve-bytes.a.example", "twelve-bytes"])
    }
}
