/// Where addresses come from, in this order: the hosts file, the names that are loopback by definition, DNS.
///
/// SAFETY: `@unchecked Sendable` because after `init` everything that changes is only touched on `loop`'s thread: the
/// resolver reaches `lookUp` and `close` through `loop.post` alone.
final class LookupSource: @unchecked Sendable {
    /// Might a name without a root dot be looked up with a search domain behind it?
    let mayAppendDomains: Bool

    private let loop: EventLoop
    private let family: ResolverOptions.Family
    private var hosts: HostsFile?
    private let channel: AresChannel

    init(options: ResolverOptions, loop: EventLoop) throws(ResolveError) {
        self.loop = loop
        family = options.family
        hosts = options.hostsFile.map { HostsFile(path: $0) }
        channel = try AresChannel(options: options, loop: loop)
        mayAppendDomains = channel.mayAppendDomains
    }

    /// Looks `host` up. `report` is called with the end, perhaps from within this call; before it with what is known early, when
    /// the other family's answer is late; and once more when a server's answer comes after the look-up's budget.
    func lookUp(_ host: HostName, report: @escaping (LookupOutcome) -> Void) {
        loop.assertOnLoop()
        if let local = localAddresses(of: host) {
            // Kept for the shortest time, so that a change of the file is seen at once.
            report(LookupOutcome(result: .success(ResolvedAddresses(addresses: local, source: .local)), ttlMs: 0))
            return
        }
        channel.lookUp(host, report: report)
    }

    /// Ends all look-ups with `.cancelled`.
    func close() {
        loop.assertOnLoop()
        channel.close()
    }

    private func localAddresses(of host: HostName) -> [SocketAddress]? {
        let listed = hosts?.addresses(of: host.withoutRootDot, nowMs: loop.nowMs).filter(isWanted) ?? []
        if !listed.isEmpty { return listed }
        guard host.isLocalhost else { return nil }
        return [.ipv6(high: 0, low: 1, scope: 0, port: 0), .ipv4(address: 0x7f00_0001, port: 0)].filter(isWanted)
    }

    private func isWanted(_ address: SocketAddress) -> Bool {
        switch (family, address) {
        case (.any, _), (.ipv4, .ipv4), (.ipv6, .ipv6): true
        default: false
        }
    }
}
