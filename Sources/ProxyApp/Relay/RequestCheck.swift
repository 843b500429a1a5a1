import Glibc
import HTTPWire

/// What is asked of a request's head before anybody looks at where it wants to go.
enum RequestCheck {
    /// The target of a request that may be relayed: in absolute-form with the scheme `http`, or in asterisk-form.
    ///
    /// `via` is the proxy's own pseudonym: a request that names it has been here before.
    static func target(of head: MessageHead, via: [UInt8]?) throws(ProxyError) -> RequestTarget {
        try checkHostCount(head)
        let target: RequestTarget
        do { target = try RequestTarget.parse(head) } catch {
            try checkHost(head)
            throw ProxyError(error)
        }
        if !isAuthorityRepeated(target, head) { try checkHost(head) }
        switch target.form {
        case .absolute:
            let scheme = UnsafeRawBufferPointer(
                rebasing: head.bytes(head.targetRange)[Int(target.scheme.start)..<target.scheme.end])
            guard isHTTP(scheme) else {
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
        do { target = try RequestTarget.parse(head) } catch {
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

    /// Is this `http`, in any case?
    private static func isHTTP(_ scheme: UnsafeRawBufferPointer) -> Bool {
        scheme.count == 4
            && UInt32(littleEndian: scheme.loadUnaligned(as: UInt32.self)) | 0x2020_2020 == 0x7074_7468
    }

    /// Does the Host field say what the target says, byte for byte? Then it is as valid as the target.
    private static func isAuthorityRepeated(_ target: RequestTarget, _ head: MessageHead) -> Bool {
        guard target.form == .absolute, let index = head.firstIndex(of: .host) else { return false }
        let value = head.bytes(head[index].value)
        let start = target.scheme.end + 3
        guard value.count == Int(target.path.start) - start, let first = value.baseAddress,
            let authority = head.bytes(head.targetRange).baseAddress
        else { return false }
        return memcmp(first, authority + start, value.count) == 0
    }

    private static func checkHost(_ head: MessageHead) throws(ProxyError) {
        guard let index = head.firstIndex(of: .host) else { return }
        let value = head.bytes(head[index].value)
        if !value.isEmpty { do { _ = try RequestTarget.parseAuthority(value) } catch { throw .host } }
    }

    private static func checkHostCount(_ head: MessageHead) throws(ProxyError) {
        guard head.hostCount == 1 || (head.hostCount == 0 && head.versionMinor == 0) else { throw .host }
    }
}
