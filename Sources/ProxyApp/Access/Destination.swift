import Engine
import HTTPStack
import Policy

/// Where a request wants to go, and what the rules say of it: made once, and kept for the requests that follow.
///
/// It stands for everything that the rules look at, so whatever one request was told holds for the next one that finds it: see
/// ``DestinationTable``. Confined to its loop.
final class Destination: AddressJudge {
    /// What the rules say before there are addresses.
    private enum Verdict {
        case denied(AccessReason)
        case pending(PendingAccess)
    }

    /// The host in its one spelling, for people.
    let host: CanonicalHost
    /// The port.
    let port: UInt16
    /// What the pool calls it and what is looked up. A root dot stays where search domains might be appended without it.
    let origin: OriginHandle
    /// Where the host is an address, that one with the port; else empty.
    let addresses: [SocketAddress]
    private let verdict: Verdict
    private let reports: ReportLog
    /// The last address that may be dialled. The same one is asked about twice for each connection, and what was said of it
    /// holds for as long as this object does: the rules are those it was made with.
    private var allowed: SocketAddress?
    /// Why the last address that was asked about may not be used.
    private var addressDenial: AccessReason?

    init(
        host: CanonicalHost, port: UInt16, decision: RuleSet.NameDecision, keepsRootDot: Bool, reports: ReportLog
    ) {
        self.host = host
        self.port = port
        let name = host.isAbsolute && keepsRootDot ? host.text + "." : host.text
        origin = OriginHandle(OriginKey(host: name, port: port))
        addresses = host.address.flatMap { _ in SocketAddress(numeric: name, port: port) }.map { [$0] } ?? []
        self.reports = reports
        switch decision {
        case .denied(let decision):
            verdict = .denied(decision.reason)
            reports.note(decision.reports, host, port)
        case .pending(let access):
            verdict = .pending(access)
            reports.note(access.reports, host, port)
        }
    }

    /// Why it may not be asked for at all; nil when its addresses decide.
    var denial: AccessReason? {
        if case .denied(let reason) = verdict { return reason }
        return nil
    }

    /// Why no address of it could be used, for the answer to a request whose dial was denied.
    ///
    /// When nobody asked here, the connector has denied them: it knows the proxy's own listeners, whoever dials.
    var denialByAddress: AccessReason { denial ?? addressDenial ?? .ownListener }

    func mayDial(_ address: SocketAddress) -> Bool {
        if address == allowed { return true }
        guard case .pending(let access) = verdict, let ip = IPAddress(address) else { return false }
        let verdict = access.judge(ip)
        reports.note(verdict.reports, host, port)
        if !verdict.isAllowed {
            addressDenial = verdict.reason
        } else if verdict.reports.isEmpty {
            // What is only reported is reported each time: `ReportLog` bounds that.
            allowed = address
        }
        return verdict.isAllowed
    }
}
