import FuzzSupport

/// What of a head has to arrive unchanged.
enum EndToEnd {
    /// Fields of one hop, `Proxy`, which goes no further either, and those that say what the framing of that hop is: compared by
    /// their meaning elsewhere.
    private static let hop: Set<[UInt8]> = Set(
        [
            "connection", "keep-alive", "proxy", "proxy-connection", "proxy-authorization", "te", "transfer-encoding",
            "upgrade",
            "content-length", "host", "max-forwards", "trailer", "expect", "proxy-authenticate",
        ].map { Array($0.utf8) })

    /// The end-to-end fields of a request, in order; `via`: the proxy's own Via is at the end, and left out.
    static func requestFields(_ head: ReferenceHead, via: Bool) -> [ReferenceHead.Field] {
        if via { require(head.values("proxy-authorization").isEmpty, "Proxy-Authorization was passed on") }
        return fields(head, via: via)
    }

    private static func fields(_ head: ReferenceHead, via: Bool) -> [ReferenceHead.Field] {
        let nominated = Set(via ? [] : head.nominations)
        let viaName = Array("via".utf8)
        if via {
            let left = ["keep-alive", "proxy", "proxy-connection"].flatMap { head.values($0) }
            require(left.isEmpty, "passed on: \(left.map { quoted($0) })")
        }
        var kept = head.fields.filter { field in
            let name = ByteSet.lowercased(field.name)
            return !hop.contains(name) && (name == viaName || !nominated.contains(name))
        }
        if via {
            let last = kept.lastIndex { ByteSet.lowercased($0.name) == viaName }
            guard let last, isOwnVia(kept[last].value) else { failed("no Via of the proxy's own: \(head)") }
            kept.remove(at: last)
        }
        return kept
    }

    private static func isOwnVia(_ value: [UInt8]) -> Bool {
        value == Array("1.1 p".utf8) || value == Array("1.0 p".utf8)
    }

    /// Did this response come from an origin? The proxy's own have no Via.
    static func isForwarded(_ head: ReferenceHead) -> Bool { head.values("via").last.map(isOwnVia) ?? false }

    /// Is `seen` what the proxy makes of the response `sent`?
    static func isSame(_ seen: ReferenceHead, _ sent: ReferenceHead) -> Bool {
        guard isForwarded(seen), seen.status == sent.status, seen.reason == sent.reason else { return false }
        var kept = fields(seen, via: true)
        let original = fields(sent, via: false)
        // A Date is added where there is none. RFC 9110 6.6.1.
        let isDate = { (field: ReferenceHead.Field) in ByteSet.lowercased(field.name) == Array("date".utf8) }
        if !original.contains(where: isDate), let added = kept.lastIndex(where: isDate) { kept.remove(at: added) }
        return kept == original
    }

    /// Are these trailers some of those, in order?
    static func isPart(_ seen: [ReferenceHead.Field], of sent: [ReferenceHead.Field]) -> Bool {
        var rest = sent[...]
        for field in seen {
            guard let index = rest.firstIndex(of: field) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}
