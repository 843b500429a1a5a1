import ProxyApp
import Testing

@Suite struct ConfigAddressTests {
    @Test(arguments: [
        ("127.0.0.1:3128", ListenAddress.ipv4(host: "127.0.0.1", port: 3128)),
        ("0.0.0.0:0", .ipv4(host: "0.0.0.0", port: 0)),
        ("\"[::1]:65535\"", .ipv6(host: "::1", port: 65535)),
        ("\"[0:0:0:0:0:0:0:1]:1\"", .ipv6(host: "::1", port: 1)),
        ("\"[2001:DB8::A]:1\"", .ipv6(host: "2001:db8::a", port: 1)),
        (":3128", .everywhere(port: 3128)),
        ("unix:/run/p.sock", .unix(path: "/run/p.sock", mode: nil)),
        ("unix:/run/p.sock,mode=660", .unix(path: "/run/p.sock", mode: 0o660)),
        ("unix:/run/p,mode=1,mode=0", .unix(path: "/run/p,mode=1", mode: 0)),
    ])
    func `a listen address has one of the documented forms`(text: String, address: ListenAddress) {
        #expect(settings(of: "listen: \(text)")?.listen == [address])
    }

    @Test func `an address writes itself in the form that is read`() {
        let addresses: [ListenAddress] = [
            .everywhere(port: 1), .ipv4(host: "10.0.0.1", port: 2), .ipv6(host: "fe80::1", port: 3),
            .unix(path: "/a b", mode: nil), .unix(path: "/a", mode: 0o60),
        ]
        for address in addresses {
            #expect(settings(of: "listen: '\(address)'")?.listen == [address])
        }
    }

    @Test func `several addresses are a list`() {
        let listen = settings(of: "listen:\n  - 127.0.0.1:80\n  - '[::1]:80'\n  - unix:/s")?.listen
        #expect(
            listen == [.ipv4(host: "127.0.0.1", port: 80), .ipv6(host: "::1", port: 80), .unix(path: "/s", mode: nil)])
    }

    @Test(arguments: [
        ("3128", "`3128` is no listen address; write \"127.0.0.1:3128\", or \":3128\" for all addresses"),
        ("127.0.0.1", "`127.0.0.1` has no port; write \"127.0.0.1:3128\""),
        ("'::1'", "`::1` has no port; write \"[::1]:3128\""),
        ("'[::1]'", "`[::1]` has no port; write \"[::1]:3128\""),
        ("127.0.0.1:x", "`x` is no port; write 0 to 65535, 0 takes any free one"),
        ("127.0.0.1:65536", "`65536` is no port; write 0 to 65535, 0 takes any free one"),
        ("127.0.0.1:-1", "`-1` is no port; write 0 to 65535, 0 takes any free one"),
        ("'127.0.0.1:'", "`` is no port; write 0 to 65535, 0 takes any free one"),
        ("'*:80'", "`*` is no address; write \":80\" for all addresses"),
        ("/run/p.sock", "`/run/p.sock` is no listen address; write unix:/run/p.sock for a unix socket"),
        ("unix:p.sock", "`p.sock` is no absolute path; write unix:/path"),
        ("'unix:/a,mode=999'", "`999` is no mode; write octal permission bits, as in mode=660"),
        ("'unix:/a,mode=1000'", "`1000` is no mode; write octal permission bits, as in mode=660"),
        ("'unix:/a,mode=+7'", "`+7` is no mode; write octal permission bits, as in mode=660"),
    ])
    func `a bad listen address is named with what would be right`(text: String, problem: String) {
        #expect(problems(in: "listen: \(text)") == ["f:1:9: listen: \(problem)"])
    }

    @Test(arguments: [
        "localhost:80", "127.1:80", "0177.0.0.1:80", "1.2.3.4.5:80", "'[::1%eth0]:80'", "'[::1:80'", "'[127.0.0.1]:80'",
        "''",
    ])
    func `names and half addresses are refused`(text: String) {
        let found = problems(in: "listen: \(text)")
        #expect(found.count == 1)
        #expect(found.first?.contains("127.0.0.1:3128") == true, "\(found)")
    }

    @Test func `a mode that YAML has split off says how to keep it`() {
        #expect(
            problems(in: "listen: [unix:/s,mode=660]")
                == ["f:1:18: listen: `mode=660` stands alone; inside brackets quote it all: \"unix:/path,mode=660\""])
    }

    @Test func `a unix socket's path must fit the kernel's structure`() {
        let longest = "/" + String(repeating: "p", count: 106)
        #expect(settings(of: "listen: unix:\(longest)")?.listen == [.unix(path: longest, mode: nil)])
        #expect(
            problems(in: "listen: unix:\(longest)p")
                == ["f:1:9: listen: the path of 108 bytes is too long; a unix socket's path has at most 107 bytes"])
    }

    @Test func `the admin listener can be turned off`() {
        #expect(settings(of: "admin: off")?.admin == .some(nil))
        #expect(settings(of: "admin: \"off\"")?.admin == .some(nil))
        #expect(settings(of: "admin: unix:/a")?.admin == .unix(path: "/a", mode: nil))
        #expect(problems(in: "admin: false") == ["f:1:8: admin: `false` is no address; to turn it off write `off`"])
    }

    @Test(arguments: [
        ("[':80', '127.0.0.1:80']", "127.0.0.1:80 and :80"),
        ("['0.0.0.0:80', '10.0.0.1:80']", "10.0.0.1:80 and 0.0.0.0:80"),
        ("['[::]:80', '[::1]:80']", "[::1]:80 and [::]:80"),
        ("[unix:/a, 'unix:/a,mode=600']", "unix:/a,mode=600 and unix:/a"),
        ("['127.0.0.1:80', '127.0.0.1:80']", "127.0.0.1:80 and 127.0.0.1:80"),
    ])
    func `two addresses that the kernel would not bind together are refused`(list: String, pair: String) {
        #expect(problems(in: "listen: \(list)") == ["f:1:1: listen: \(pair) take the same port; remove one of them"])
    }

    @Test(arguments: ["['127.0.0.1:0', '127.0.0.1:0']", "['127.0.0.1:80', '[::1]:80']", "['0.0.0.0:80', '[::]:80']"])
    func `addresses that can be bound together are accepted`(list: String) {
        #expect(problems(in: "listen: \(list)") == [])
    }

    @Test func `the admin listener may not take a client's port`() {
        let what = "admin: 127.0.0.1:3129 and the listen address :3129 take the same port"
        let fix = "give the admin listener its own port, or `off`"
        #expect(problems(in: "loops: 1\nlisten: ':3129'") == ["f:2:1: \(what); \(fix)"])
        #expect(problems(in: "listen: ':3129'\nadmin: 127.0.0.1:3129") == ["f:2:1: \(what); \(fix)"])
        #expect(problems(in: "listen: ':3129'\nadmin: off") == [])
    }
}
