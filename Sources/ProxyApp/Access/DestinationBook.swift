import Engine
import Glibc
import HTTPWire
import Logging
import Policy

/// The rules in force on a loop, and what they have decided lately: from a request to its ``Destination``.
final class DestinationBook {
    private let loop: EventLoop
    private var rules: RuleSet
    private var clock: RuleClock
    /// What was decided under `rules`, at `minute` where they look at times.
    private var table = DestinationTable()
    private var minute = WeekMinute(day: 0, minute: 0)
    private let keepsRootDot: Bool
    private let reports: ReportLog

    /// A book for `rules`. `keepsRootDot`: might search domains be appended to names without it?
    init(loop: EventLoop, rules: RuleSet, utcOffsetMinutes: Int, keepsRootDot: Bool, log: Logger) {
        self.loop = loop
        self.rules = rules
        self.keepsRootDot = keepsRootDot
        clock = RuleClock(offsetMinutes: utcOffsetMinutes)
        reports = ReportLog(log, loop: loop)
    }

    /// Takes other rules from now on, and forgets what was decided. Sockets in the pool are judged anew.
    func take(_ rules: RuleSet) {
        self.rules = rules
        table = DestinationTable()
    }

    // MARK: Clients

    /// Does it matter where clients are?
    var hasClientNetworks: Bool { rules.admission.clients != nil }

    /// Does the proxy serve a client at this address? Nil for one on a unix socket.
    func serves(_ client: IPAddress?) -> Bool { rules.admission.admits(client) }

    // MARK: Requests

    /// Where a request goes, if rules by name let it. Throws 403, and 400 for a host that is none.
    func find(_ request: GateRequest, _ user: ClientUser?) throws(ProxyError) -> Destination {
        let dependencies = rules.dependencies
        if dependencies.contains(.time) { look(atTime: loop.nowMs) }
        let method = request.head.method
        let key = DestinationTable.Key(
            host: request.host, port: request.port,
            method: method == .connect || dependencies.contains(.method) ? method : .other,
            isIPv6Literal: request.target.hostIsIPv6Literal,
            client: dependencies.contains(.client) ? IPAddress(request.client) : nil,
            user: dependencies.contains(.user) ? user : nil)
        let known = table.find(key)
        let destination = if let known { known } else { try judge(key, request, user) }
        if let denial = destination.denial {
            throw ProxyError(denial, host: destination.host.description, port: destination.port)
        }
        return destination
    }

    private func judge(
        _ key: DestinationTable.Key, _ request: GateRequest, _ user: ClientUser?
    ) throws(ProxyError) -> Destination {
        let host: CanonicalHost
        do throws(HostError) { host = try CanonicalHost(key.host, isIPv6Literal: key.isIPv6Literal) } catch {
            throw ProxyError(error)
        }
        let access = AccessRequest(
            client: IPAddress(request.client), user: user?.name, groups: user?.groups ?? [],
            method: request.head.method, host: host, port: key.port)
        let destination = Destination(
            host: host, port: key.port, decision: rules.decideName(access, now: minute), keepsRootDot: keepsRootDot,
            reports: reports)
        table.insert(key, destination)
        return destination
    }

    /// What was decided in another minute need not hold in this one.
    private func look(atTime nowMs: UInt64) {
        let now = clock.minute(nowMs: nowMs) { Int64(time(nil)) }
        guard now != minute else { return }
        minute = now
        table = DestinationTable()
    }
}
