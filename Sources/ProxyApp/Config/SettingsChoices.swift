/// A DNS server: a numeric address (canonical, without brackets) and a port.
public struct DNSServer: Sendable, Hashable {
    /// IPv4 or IPv6 address as `inet_ntop` writes it.
    public var address: String
    /// UDP and TCP port, never 0.
    public var port: UInt16

    /// Takes `address` as it is: the caller has checked it.
    public init(address: String, port: UInt16 = 53) {
        self.address = address
        self.port = port
    }
}

extension DNSServer: CustomStringConvertible {
    /// The form a configuration file accepts; port 53 is left out.
    public var description: String {
        if port == 53 { return address }
        return address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
    }
}

/// Domains appended to origin names that hold no dot.
public enum SearchDomains: Sendable, Hashable {
    /// Those of `/etc/resolv.conf`.
    case system
    /// These, in order; an empty list appends none.
    case list([String])
}

/// Address families asked for and dialled.
public enum AddressFamily: String, Sendable, CaseIterable {
    case any, ipv4, ipv6
}

/// Ports CONNECT may name while no rule of `access.rules` says otherwise.
public enum ConnectPorts: Sendable, Hashable {
    /// All while only this machine can reach the proxy, else 443.
    case auto
    /// All but the mail ports 25, 465 and 587.
    case any
    /// These only; never empty.
    case only([ClosedRange<UInt16>])
}

/// Where the access log is written.
public enum LogTarget: Sendable, Hashable {
    case off, stdout
    /// An absolute path, opened for appending.
    case file(String)
}

/// How an access log line is written.
public enum LogFormat: String, Sendable, CaseIterable {
    /// One line of words for people.
    case text
    /// One JSON object per line.
    case json
}

/// How important a line of the error log is, least first.
public enum LogLevel: String, Sendable, CaseIterable {
    case debug, info, notice, warning, error
}

/// What becomes of `Forwarded` and `X-Forwarded-For` in requests.
public enum ForwardedPolicy: String, Sendable, CaseIterable {
    /// They pass as received; nothing is added.
    case off
    /// The client's address is appended to what was received.
    case add
    /// What was received is dropped; the client's address stands alone.
    case replace
    /// They are dropped; nothing is added.
    case delete
}

/// Whether the kernel refuses system calls that the proxy does not make.
public enum SeccompMode: String, Sendable, CaseIterable {
    /// It does where it can; where it cannot, a warning says so.
    case auto
    /// The proxy does not start without.
    case on
    /// It does not.
    case off
}

/// Whether the kernel may write what is in memory to a file when the process crashes.
public enum CoreDumps: String, Sendable, CaseIterable {
    case off, on
}

/// Who the process becomes: names or numbers, as they were written.
public struct ProcessUser: Sendable, Hashable {
    /// An account's name or number.
    public var account: String
    /// A group's name or number; nil takes the account's groups.
    public var group: String?

    /// Takes both as they are: the caller has checked them.
    public init(account: String, group: String? = nil) {
        self.account = account
        self.group = group
    }
}

extension ProcessUser: CustomStringConvertible {
    /// The form a configuration file accepts.
    public var description: String { group.map { "\(account):\($0)" } ?? account }
}
