import HTTPWire

/// What is asked of a request's head before anybody looks at where it wants to go.
enum RequestCheck {
    /// The target of a request that may be relayed: in absolute-form with the scheme `http`, or in asterisk-form.
    ///
    /// `via` is the proxy's own pseudonym: a request that names it has been here before.
    static func target(of head: MessageHead, via: [UInt8]?) throws(ProxyError) -> RequestTarget {
        try checkHostCount(head)
        if let index = head.firstIndex(of: .host) {
            let value = head.bytes(head[index].value)
            if !value.isEmpty { do { _ = try RequestTarget.parseAuthority(value) } catch { throw .host } }
        }
        let target: RequestTarget
        do { target = try RequestTarget.parse(head.bytes(head.targetRange), method: head.method) } catch {
            throw ProxyError(error)
        }
        switch target.form {
        case .absolute:
            let scheme = UnsafeRawBufferPointer(
                rebasing: head.bytes(head.targetRange)[Int(target.scheme.start)..<target.scheme.end])
            guard scheme.elementsEqual("http".utf8, by: { $0 | 0x20 == $1 }) else {
                throw .scheme(String(decoding: scheme.prefix(32), as: UTF8.self))
            }
        case .origin, .authority: throw .originForm
        case .asterisk: break
        }
        guard !head.hasUnknownExpectation else { throw .expectation }
        if let via, ViaField.names(via, in: head) { throw .loop }
        return target
    }

    /// The target of a CONNECT request: host and port.
    static func connectTarget(of head: MessageHead, via: [UInt8]?) throws(ProxyError) -> RequestTarget {
        try checkHostCount(head)
        if let via, ViaField.names(via, in: head) { throw .loop }
        let target: RequestTarget
        do { target = try RequestTarget.parse(head.bytes(head.targetRange), method: .connect) } catch {
            throw ProxyError(error)
        }
        guard target.form == .authority, target.port != nil else { throw .connectMethodTarget }
        return target
    }

    /// What a Max-Forwards field leaves to a TRACE or OPTIONS request; nil when it has none. RFC 9110 7.6.2.
    static func maxForwards(_ head: MessageHead) throws(ProxyError) -> Int64? {
        guard head.method == .trace || head.method == .options, let index = head.firstIndex(of: .maxForwards) else {
            return nil
        }
        let value = head.bytes(head[index].value)
        guard !value.isEmpty, value.count <= 9, value.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { throw .maxForwards }
        return value.reduce(Int64(0)) { $0 * 10 + Int64($1 - 48) }
    }

    private static func checkHostCount(_ head: MessageHead) throws(ProxyError) {
        guard head.hostCount == 1 || (head.hostCount == 0 && head.versionMinor == 0) else { throw .host }
    }
}
