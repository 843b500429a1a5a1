import CAres
import CLinux
import Glibc

/// One look-up in c-ares's hands, and the budget it must keep.
///
/// c-ares cannot be told to drop a single query: when the budget runs out the look-up reports `.timedOut` and stays with
/// c-ares until that gives up too. An answer that comes in the meantime is reported then.
final class AresLookup: LoopObject {
    private let host: HostName
    private let loop: EventLoop
    private let report: (LookupOutcome) -> Void
    private var budget = EngineTimerID.none
    private var isOverBudget = false

    init(host: HostName, loop: EventLoop, report: @escaping (LookupOutcome) -> Void) {
        self.host = host
        self.loop = loop
        self.report = report
    }

    func start(on channel: ares_channel, family: CInt, budgetMs: UInt64) {
        budget = loop.schedule(self, afterMs: budgetMs)
        var hints = ares_addrinfo_hints()
        hints.ai_family = family
        // SAFETY: c-ares calls back exactly once for every ares_getaddrinfo, at the latest in ares_destroy; that call takes
        // over the reference made here.
        let context = Unmanaged.passRetained(self).toOpaque()
        ares_getaddrinfo(
            channel, host.text, nil, &hints,
            { context, status, _, found in
                guard let context else { return }
                Unmanaged<AresLookup>.fromOpaque(context).takeRetainedValue().finished(status, found)
                ares_freeaddrinfo(found)
            }, context)
    }

    override func timerFired(_ tag: UInt8) {
        budget = .none
        isOverBudget = true
        report(.failure(.timedOut))
    }

    private func finished(_ status: CInt, _ found: UnsafeMutablePointer<ares_addrinfo>?) {
        loop.cancel(&budget)
        let outcome = Self.outcome(status, found, of: host)
        if isOverBudget, case .failure(let error) = outcome.result, !error.isNegativeAnswer { return }
        report(outcome)
    }

    private static func outcome(
        _ status: CInt, _ found: UnsafeMutablePointer<ares_addrinfo>?, of host: HostName
    ) -> LookupOutcome {
        guard status == ARES_SUCCESS else {
            let error = ResolveError(aresStatus: status)
            // c-ares appends search domains even behind a root dot once the name itself was not found, and stumbles over the
            // two dots. The name was checked by us, so this can mean nothing else.
            return .failure(error == .badName && host.isAbsolute ? .notFound : error)
        }
        var addresses: [SocketAddress] = []
        var ttl = Int32.max
        var node = found?.pointee.nodes
        while let current = node {
            if let raw = current.pointee.ai_addr, let address = SocketAddress(raw) {
                let bare = address.with(port: 0)
                if !addresses.contains(bare) { addresses.append(bare) }
                ttl = min(ttl, max(0, current.pointee.ai_ttl))
            }
            node = current.pointee.ai_next
        }
        // The way there counts as well: an alias may end before the address it leads to (RFC 1034 3.6.2).
        var alias = found?.pointee.cnames
        while let current = alias {
            ttl = min(ttl, max(0, current.pointee.ttl))
            alias = current.pointee.next
        }
        guard !addresses.isEmpty else { return .failure(.noAddress) }
        return LookupOutcome(
            result: .success(ResolvedAddresses(addresses: addresses, source: .dns)), ttlMs: UInt64(ttl) * 1_000)
    }
}

extension ResolveError {
    /// What a status of c-ares other than ARES_SUCCESS means to us.
    init(aresStatus status: CInt) {
        switch status {
        case ARES_ENOTFOUND: self = .notFound
        case ARES_ENODATA: self = .noAddress
        case ARES_ESERVFAIL, ARES_ENOTIMP, ARES_EFORMERR: self = .serverFailure
        case ARES_EREFUSED: self = .refused
        case ARES_ECONNREFUSED: self = .unreachable
        case ARES_ETIMEOUT: self = .timedOut
        case ARES_EBADNAME, ARES_EBADQUERY: self = .badName
        case ARES_ECANCELLED, ARES_EDESTRUCTION: self = .cancelled
        case ARES_ENOMEM, ARES_EFILE: self = .noResources
        default: self = .badAnswer
        }
    }
}
