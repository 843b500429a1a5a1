import ProxyApp
import Testing

@Suite struct ConfigEnvironmentTests {
    @Test(arguments: [
        (ListenAddress.ipv4(host: "10.1.2.3", port: 80), "http://10.1.2.3:80"),
        (.ipv4(host: "0.0.0.0", port: 80), "http://127.0.0.1:80"),
        (.ipv6(host: "2001:db8::1", port: 80), "http://[2001:db8::1]:80"),
        (.ipv6(host: "::", port: 80), "http://[::1]:80"),
        (.everywhere(port: 80), "http://127.0.0.1:80"),
    ])
    func `the URL names an address programs can connect to`(address: ListenAddress, url: String) {
        #expect(ProxyEnvironment(listen: [address])?.url == url)
    }

    @Test func `the first address that a URL can name is taken`() {
        let listen: [ListenAddress] = [
            .unix(path: "/s", mode: nil), .ipv4(host: "127.0.0.1", port: 0), .everywhere(port: 9),
        ]
        #expect(ProxyEnvironment(listen: listen)?.url == "http://127.0.0.1:9")
        #expect(ProxyEnvironment(listen: Array(listen.dropLast())) == nil)
    }

    @Test func `commands are written for sh and fish in both cases`() throws {
        let environment = try #require(ProxyEnvironment(listen: [.ipv6(host: "::1", port: 1)]))
        #expect(
            environment.commands(for: .sh) == """
                export http_proxy='http://[::1]:1'
                export https_proxy='http://[::1]:1'
                export no_proxy='localhost,127.0.0.1,::1'
                export HTTP_PROXY='http://[::1]:1'
                export HTTPS_PROXY='http://[::1]:1'
                export NO_PROXY='localhost,127.0.0.1,::1'

                """)
        #expect(environment.commands(for: .fish).hasPrefix("set -gx http_proxy 'http://[::1]:1'\n"))
    }
}
