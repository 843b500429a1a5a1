import CAres
import CLinux
import Glibc

/// One kind of records of one name, asked for by c-ares: what its answer means to us.
final class AresQuestion {
    let kind: NameSearch.Kind
    let name: String
    private let lookup: AresLookup

    init(lookup: AresLookup, kind: NameSearch.Kind, name: String) {
        self.lookup = lookup
        self.kind = kind
        self.name = name
    }

    /// Asks. The look-up is told of the answer, perhaps from within this call.
    func ask(_ channel: ares_channel) {
        var hints = ares_addrinfo_hints()
        hints.ai_family = kind == .a ? AF_INET : AF_INET6
        // It would ask the kernel about each of thousands.
        hints.ai_flags = ARES_AI_NOSORT
        // SAFETY: c-ares calls back exactly once for every ares_getaddrinfo, at the latest in ares_destroy; that call takes
        // over the reference made here.
        let context = Unmanaged.passRetained(self).toOpaque()
        ares_getaddrinfo(
            channel, name, nil, &hints,
            { context, status, _, found in
                guard let context else { return }
                let question = Unmanaged<AresQuestion>.fromOpaque(context).takeRetainedValue()
                let outcome = LookupOutcome(aresStatus: status, found)
                ares_freeaddrinfo(found)
                question.answered(outcome)
            }, context)
    }

    /// There will be no other answer.
    func answered(_ outcome: LookupOutcome) { lookup.answered(self, outcome) }
}

extension LookupOutcome {
    /// What c-ares calls back with. The addresses that are kept are sorted by RFC 6724.
    fileprivate init(aresStatus status: CInt, _ found: UnsafeMutablePointer<ares_addrinfo>?) {
        guard status == ARES_SUCCESS else {
            self = .failure(ResolveError(aresStatus: status))
            return
        }
        var addresses: [SocketAddress] = []
        var ttl = Int32.max
        var node = found?.pointee.nodes
        while let current = node, addresses.count < ResolvedAddresses.mostOfFamily {
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
        guard !addresses.isEmpty else {
            self = .failure(.noAddress)
            return
        }
        let sorted = FamilyOrder.sorted(addresses, from: RouteProbe.source)
        self.init(result: .success(ResolvedAddresses(addresses: sorted, source: .dns)), ttlMs: UInt64(ttl) * 1_000)
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
