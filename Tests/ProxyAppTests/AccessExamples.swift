import HTTPWire
import Policy

@testable import ProxyApp

/// Settings of the group `access` for tests.
enum AccessExamples {
    /// Every key and every condition of a rule, with values that are hard to write.
    static func everything() throws -> Settings.Access {
        var access = Settings.Access()
        access.clients = .only([try IPNetwork(parsing: "10.0.0.0/8"), try IPNetwork(parsing: "fd00::/8")])
        var rule = AccessRule(.deny)
        rule.label = "it's: \"here\", {#1}"
        rule.isReportOnly = true
        rule.clients = [try IPNetwork(parsing: "192.0.2.7")]
        rule.users = ["ann", "null", "o'hara"]
        rule.groups = ["staff"]
        rule.names = [.own(try NamePattern(parsing: "*.example.com")), .list("ads"), .own(.domain("example.net"))]
        rule.networks = [.own(try IPNetwork(parsing: "2001:db8::/32")), .list("bad, worse")]
        rule.classes = [.private, .sixToFour]
        rule.ports = [25...25, 8000...8999]
        rule.methods = [.get, .mSearch]
        rule.times = TimeWindow(parsing: "mon-fri 22:00-06:00").map { [$0] }
        access.rules = [rule, AccessRule(.allow)]
        var networks = AccessList(name: "bad, worse", files: ["/a b", "/c"])
        networks.format = .networks
        access.lists = [AccessList(name: "ads", files: ["/ads"]), networks]
        access.utcOffsetMinutes = -570
        access.nat64Prefixes = [try IPNetwork(parsing: "2001:db8:64::/96")].compactMap { NAT64Prefix($0) }
        return access
    }
}
