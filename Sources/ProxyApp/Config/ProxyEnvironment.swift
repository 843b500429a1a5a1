/// The environment variables that send a machine's programs through the proxy.
public struct ProxyEnvironment: Sendable, Equatable {
    /// Shells whose syntax is known.
    public enum Shell: String, Sendable, CaseIterable {
        case sh, fish
    }

    /// The proxy's URL, e.g. `http://127.0.0.1:3128`.
    public let url: String
    /// Hosts reached without the proxy.
    public let exceptions = "localhost,127.0.0.1,::1"

    /// Nil when no listener can be named in a URL: only unix sockets, or ports the kernel has still to choose.
    ///
    /// The first listener that can be named is taken; one on all addresses is named by its loopback address.
    public init?(listen: [ListenAddress]) {
        let url = listen.lazy.compactMap { address -> String? in
            switch address {
            case .unix: nil
            case .everywhere(port: 0), .ipv4(_, port: 0), .ipv6(_, port: 0): nil
            case .everywhere(let port), .ipv4(host: "0.0.0.0", let port): "http://127.0.0.1:\(port)"
            case .ipv6(host: "::", let port): "http://[::1]:\(port)"
            case .ipv4, .ipv6: "http://\(address)"
            }
        }.first
        guard let url else { return nil }
        self.url = url
    }

    /// One command a line in the syntax of `shell`, ending in a newline.
    ///
    /// Lower and upper case both: curl reads only the lower-case `http_proxy`, others only upper case.
    public func commands(for shell: Shell) -> String {
        let names = [("http_proxy", url), ("https_proxy", url), ("no_proxy", exceptions)]
        let variables = names + names.map { ($0.0.uppercased(), $0.1) }
        // Quoted, because `[::1]` is a pattern to a shell.
        return variables.map { name, value in
            switch shell {
            case .sh: "export \(name)='\(value)'\n"
            case .fish: "set -gx \(name) '\(value)'\n"
            }
        }.joined()
    }
}
