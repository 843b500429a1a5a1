import Engine

/// Everything an operator can set, as plain values; `Settings()` is the shipped behaviour.
///
/// A value that came from `ConfigFile` lies in the range its documentation names. Groups and names are those of
/// the configuration file (`timeouts.keepAliveMs` is `timeouts: keep_alive:`); `ConfigSchema` ties the two together.
public struct Settings: Sendable, Equatable {
    /// Where clients are accepted. Never empty, no address twice.
    public var listen: [ListenAddress] = [.ipv4(host: "127.0.0.1", port: 3128)]
    /// Where `/live`, `/ready` and `/metrics` are served; nil serves them nowhere.
    public var admin: ListenAddress? = .ipv4(host: "127.0.0.1", port: 3129)
    /// The file whose token opens the admin listener's figures; nil asks for none. Without one a
    /// proxy does not start where `admin` can be reached from other machines.
    public var adminTokenFile: String?
    /// Event loops, each on its own thread; 0 is one per usable core. 0...64.
    public var loops = 0
    /// The pseudonym sent in `Via` (RFC 9110 7.6.3); nil sends no `Via`, and then loops are not detected.
    public var via: String? = "proxyd"

    /// What origins are told of the client's address in `Forwarded` (RFC 7239) and `X-Forwarded-For`.
    public var forwarded = ForwardedPolicy.off

    /// Whom it serves, and where they may go.
    public var access = Access()
    /// Who may use it.
    public var authentication = Authentication()
    /// How much is accepted.
    public var limits = Limits()
    /// What each client address may use.
    public var clientLimits = Quota()
    /// What each user may use.
    public var userLimits = Quota()
    /// How long the proxy waits.
    public var timeouts = Timeouts()
    /// Connections kept to origins.
    public var pool = Pool()
    /// How names become addresses.
    public var dns = DNS()
    /// Socket options.
    public var tcp = TCP()
    /// What CONNECT may do.
    public var tunnel = Tunnel()
    /// Lines about exchanges.
    public var accessLog = AccessLog()
    /// Lines about the proxy itself.
    public var errorLog = ErrorLog()

    /// Which rights the process keeps.
    public var process = Process()

    /// The defaults.
    public init() {}
}

// MARK: - Authentication

extension Settings {
    /// Who may use the proxy.
    public struct Authentication: Sendable, Equatable {
        /// Users and hashes in the form of htpasswd(1); nil asks nobody. With it everybody has to log in. An absolute path.
        public var passwordFile: String?
        /// Groups and their members, `group: user user` a line; nil has no groups. An absolute path.
        public var groupFile: String?
        /// The realm of the challenge: 1 to 64 printable ASCII characters without quote and backslash.
        public var realm = "proxyd"
        /// How long a right login is known without its hash being computed again, in milliseconds. 1 s...24 h.
        public var rememberMs = 3_600_000

        /// The defaults.
        public init() {}
    }
}

// MARK: - Limits

extension Settings {
    /// How much of a thing is accepted before it is refused.
    public struct Limits: Sendable, Equatable {
        /// Longest request line, in bytes without its CRLF; answered 414. 256...32 768. Never above `headBytes`.
        public var requestLineBytes = 8 * 1024
        /// Longest message head (start line and fields) from either side, in bytes; a client is answered 431, an
        /// origin's head becomes 502. 1 024...61 440.
        public var headBytes = 32 * 1024
        /// Most field lines in one head. 8...1 000.
        public var fields = 128
        /// Least that a client sends of a body in each `timeouts.bodyWindowMs`, in bytes, else 408; 0 sets no pace. 0...2^30.
        public var bodyWindowBytes = 1024
        /// Longest request body, in bytes, answered 413; 0 is unlimited. 0...2^48.
        public var requestBodyBytes = 0
        /// Most client connections at once; 0 derives it from `RLIMIT_NOFILE`. 0...10 000 000.
        public var maxConnections = 0

        /// The defaults.
        public init() {}
    }
}

// MARK: - Timeouts

extension Settings {
    /// How long the proxy waits, in milliseconds.
    public struct Timeouts: Sendable, Equatable {
        /// From the first byte of a request (or the accept) to the end of its head. 100 ms...10 min.
        public var headMs = 15_000
        /// Between a response and the next request on a client connection. 100 ms...1 h.
        public var keepAliveMs = 60_000
        /// Without a single body byte from a side that owes one. 100 ms...1 h.
        public var bodyMs = 60_000
        /// The window in which a client must send at least `limits.bodyWindowBytes` of a body that is being read. 100 ms...1 h.
        public var bodyWindowMs = 10_000
        /// Without a single byte taken by a side we have bytes for. 100 ms...1 h.
        public var writeStallMs = 60_000
        /// To connect to an origin, over all its addresses. 10 ms...10 min.
        public var connectMs = 10_000
        /// To connect to one address while others remain. 10 ms...10 min. Never above `connectMs`.
        public var connectAttemptMs = 3_000
        /// From the beginning of one attempt to connect to that of the next, to another address. 10 ms...1 min.
        public var connectStaggerMs = 250
        /// From the end of the request to the origin's response head. 100 ms...24 h.
        public var responseHeadMs = 120_000
        /// For the origin's 100 before the body is sent without it (RFC 9110 10.1.1). 10 ms...1 min.
        public var continueWaitMs = 1_000
        /// Without a byte in either direction of a tunnel; nil waits for ever. 1 s...7 d.
        public var tunnelIdleMs: Int? = 3_600_000
        /// Without a byte in a tunnel one side of which has ended. 100 ms...24 h.
        public var tunnelHalfClosedMs = 60_000
        /// For open work to finish after the order to stop; nil chooses (see `shutdownMs(processID:)`). 0...1 h.
        public var shutdownMs: Int?

        /// The drain time in force: the set one, else 8 s for process 1 and 25 s for any other.
        ///
        /// Container runtimes kill process 1 ten seconds after the order to stop, service managers later.
        public func shutdownMs(processID: Int32) -> Int {
            shutdownMs ?? (processID == 1 ? 8_000 : 25_000)
        }

        /// The defaults.
        public init() {}
    }
}

// MARK: - Origins

extension Settings {
    /// Connections kept to origins, per origin and for the whole process.
    public struct Pool: Sendable, Equatable {
        /// Most sockets to one origin at once. 1...10 000.
        public var maxSockets = 64
        /// Most free sockets kept to one origin; 0 keeps none. 0...10 000.
        public var maxFreeSockets = 16
        /// How long a free socket is kept, in milliseconds. 100 ms...1 h.
        public var idleMs = 15_000
        /// Most requests waiting for a socket to one origin; 0 refuses at once. 0...100 000.
        public var queue = 256
        /// How long a request waits in that queue before it is answered 503, in milliseconds. 10 ms...10 min.
        public var queueWaitMs = 10_000

        /// The defaults.
        public init() {}
    }

    /// How origin names become addresses.
    public struct DNS: Sendable, Equatable {
        /// Servers to ask, in order; empty takes the system's (`/etc/resolv.conf`). At most 8.
        public var servers: [DNSServer] = []
        /// How long one try waits for an answer, in milliseconds. 100 ms...1 min.
        public var timeoutMs = 5_000
        /// Tries per server. 1...10.
        public var tries = 2
        /// Most names kept in the cache; 0 keeps none. 0...1 000 000.
        public var cacheEntries = 10_000
        /// Longest an answer is kept, whatever its TTL says, in milliseconds. 0...24 h.
        public var maxTTLMs = 300_000
        /// How long a failure is kept, in milliseconds; 0 asks again each time. 0...10 min.
        public var negativeTTLMs = 5_000
        /// The hosts file read before asking; nil reads none. An absolute path.
        public var hostsFile: String? = "/etc/hosts"
        /// Domains appended to names without a dot.
        public var searchDomains = SearchDomains.system
        /// Address families used.
        public var family = AddressFamily.any

        /// The defaults.
        public init() {}
    }

    /// Socket options of client and origin connections.
    public struct TCP: Sendable, Equatable {
        /// Idle seconds before the first keep-alive probe (`TCP_KEEPIDLE`). 1...32 400.
        public var keepAliveIdleSeconds = 60
        /// Seconds between probes (`TCP_KEEPINTVL`). 1...32 400.
        public var keepAliveIntervalSeconds = 15
        /// Unanswered probes before the connection is dead (`TCP_KEEPCNT`). 1...127.
        public var keepAliveCount = 4
        /// How long sent bytes may stay unacknowledged, in milliseconds (`TCP_USER_TIMEOUT`). 1 s...1 h.
        public var userTimeoutMs = 120_000
        /// Accept queue of each listener; the kernel caps it at `net.core.somaxconn`. 1...65 535.
        public var backlog = 4_096
        /// Smallest rest of a sized body that moves inside the kernel (splice(2)) instead of by copying. 0...2^30.
        public var spliceThresholdBytes = 64 * 1024
        /// May connections over the loopback interface pace what they send?
        public var loopbackPacing = LoopbackPacing.off

        /// The defaults.
        public init() {}
    }

    /// What CONNECT and Upgrade may do.
    public struct Tunnel: Sendable, Equatable {
        /// Ports CONNECT may name.
        public var connectPorts = ConnectPorts.auto

        /// The defaults.
        public init() {}
    }
}

// MARK: - Logs

extension Settings {
    /// One line per finished exchange.
    public struct AccessLog: Sendable, Equatable {
        /// Where the lines go.
        public var target = LogTarget.stdout
        /// How a line is written.
        public var format = LogFormat.text

        /// The defaults.
        public init() {}
    }

    /// What the proxy says about itself, on standard error.
    public struct ErrorLog: Sendable, Equatable {
        /// Least important level written.
        public var level = LogLevel.info

        /// The defaults.
        public init() {}
    }
}

// MARK: - The process

extension Settings {
    /// Which rights the process keeps once its listeners are open.
    public struct Process: Sendable, Equatable {
        /// Who it becomes when it was started as root; nil stays who it is.
        public var user: ProcessUser?
        /// Whether the kernel refuses system calls that the proxy does not make.
        public var seccomp = SeccompMode.auto
        /// Whether the kernel may write cores, and processes of the same user may trace it.
        public var coreDumps = CoreDumps.off

        /// The defaults.
        public init() {}
    }
}
