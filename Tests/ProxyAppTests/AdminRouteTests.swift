import Testing

@testable import ProxyApp

@Suite struct AdminRouteTests {
    private func route(_ method: String = "GET", _ target: String = "/", _ hosts: String...) -> AdminRoute {
        AdminRoute(method: method, target: target, hosts: hosts)
    }

    @Test(arguments: zip(AdminRoute.paths, [AdminRoute.page, .status, .metrics, .live, .ready]))
    func `each path is served for GET and HEAD`(path: String, wanted: AdminRoute) {
        #expect(route("GET", path, "127.0.0.1:3129") == wanted)
        #expect(route("HEAD", path, "127.0.0.1:3129") == wanted)
    }

    @Test func `a query is ignored`() {
        #expect(route("GET", "/status?pretty=/../x", "localhost") == .status)
        #expect(route("GET", "/?", "localhost") == .page)
    }

    @Test(arguments: ["/status/", "/Status", "//status", "/status%3Fx", "/favicon.ico", "/stat", "/status#x"])
    func `another path is unknown`(path: String) {
        #expect(route("GET", path) == .refused(.unknownPath))
    }

    @Test(arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "get", ""])
    func `a method other than GET and HEAD is refused whatever the path`(method: String) {
        #expect(route(method, "/status") == .refused(.method))
        #expect(route(method, "/nothing") == .refused(.method))
    }

    @Test func `OPTIONS for the server itself is a method that is not served`() {
        #expect(route("OPTIONS", "*") == .refused(.method))
    }

    @Test(arguments: [
        "http://127.0.0.1:3129/status", "http://example.com/", "https://a/", "status", "example.com:443", "",
    ])
    func `a target that is no path is a proxy request`(target: String) {
        #expect(route("GET", target, "127.0.0.1:3129") == .refused(.absoluteForm))
    }

    @Test func `CONNECT is refused even for our own address`() {
        #expect(route("CONNECT", "127.0.0.1:3129", "127.0.0.1:3129") == .refused(.tunnel))
    }

    @Test(arguments: [
        "127.0.0.1", "127.0.0.1:3129", "10.1.2.3:1", "[::1]", "[::1]:3129", "[2001:db8::1]:65535", "localhost",
        "LocalHost:3129", "localhost:", "",
    ])
    func `an address, localhost and an empty Host are ours`(host: String) {
        #expect(route("GET", "/status", host) == .status)
    }

    @Test(arguments: [
        "evil.example", "evil.example:3129", "localhost.evil.example", "127.0.0.1.evil.example", "a.localhost",
        "localhost.",
        "::1", "[127.0.0.1]", "[::1", "[::1]x", "[::1]:x", "127.0.0.1:80:80", "127.1", "2130706433", "0x7f.0.0.1",
        "127.0.0.1:123456", "user@127.0.0.1", "[]", "[fe80::1%eth0]", " ", ":3129", "[evil.example]",
    ])
    func `a name, or what is no address, is a stranger's Host`(host: String) {
        #expect(route("GET", "/status", host) == .refused(.foreignHost))
        #expect(route("GET", "/live", host) == .refused(.foreignHost))
    }

    @Test func `a request without Host is served`() {
        #expect(AdminRoute(method: "GET", target: "/live", hosts: []) == .live)
    }

    @Test func `two Host fields are refused even if both are ours`() {
        #expect(route("GET", "/live", "localhost", "localhost") == .refused(.severalHosts))
    }

    @Test func `a stranger does not learn which paths and methods there are`() {
        #expect(route("GET", "/nothing", "evil.example") == .refused(.foreignHost))
        #expect(route("POST", "/status", "evil.example") == .refused(.foreignHost))
    }
}
