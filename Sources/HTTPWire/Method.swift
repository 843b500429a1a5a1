/// Request methods known by name: those of RFC 9110 9, PATCH, and the rest of Node's `METHODS`.
///
/// Methods are case-sensitive (RFC 9110 9.1): `get` is ``other``.
public enum Method: UInt8, Sendable, CaseIterable {
    /// Any other token; its bytes are at ``MessageHead/methodRange``.
    case other = 0
    /// `GET`.
    case get
    /// `HEAD`.
    case head
    /// `POST`.
    case post
    /// `PUT`.
    case put
    /// `DELETE`.
    case delete
    /// `CONNECT`.
    case connect
    /// `OPTIONS`.
    case options
    /// `TRACE`.
    case trace
    /// `PATCH`.
    case patch
    /// `ACL`.
    case acl
    /// `BIND`.
    case bind
    /// `CHECKOUT`.
    case checkout
    /// `COPY`.
    case copy
    /// `LINK`.
    case link
    /// `LOCK`.
    case lock
    /// `M-SEARCH`.
    case mSearch
    /// `MERGE`.
    case merge
    /// `MKACTIVITY`.
    case mkactivity
    /// `MKCALENDAR`.
    case mkcalendar
    /// `MKCOL`.
    case mkcol
    /// `MOVE`.
    case move
    /// `NOTIFY`.
    case notify
    /// `PROPFIND`.
    case propfind
    /// `PROPPATCH`.
    case proppatch
    /// `PURGE`.
    case purge
    /// `QUERY`.
    case query
    /// `REBIND`.
    case rebind
    /// `REPORT`.
    case report
    /// `SEARCH`.
    case search
    /// `SOURCE`.
    case source
    /// `SUBSCRIBE`.
    case subscribe
    /// `UNBIND`.
    case unbind
    /// `UNLINK`.
    case unlink
    /// `UNLOCK`.
    case unlock
    /// `UNSUBSCRIBE`.
    case unsubscribe

    /// The method spelt by `bytes`, which are borrowed for the call.
    public static func identify(_ bytes: UnsafeRawBufferPointer) -> Method {
        guard let start = bytes.baseAddress, bytes.count > 0 else { return .other }
        return identify(start, bytes.count)
    }

    /// True when repeating the request has the effect of making it once. RFC 9110 9.2.2.
    ///
    /// Decides whether a request that failed on a reused connection may be sent again, so the
    /// answer for methods outside RFC 9110 is the IANA registry's, and false for ``other``.
    public var isIdempotent: Bool {
        switch self {
        case .put, .delete, .acl, .bind, .checkout, .copy, .link, .merge, .mkactivity, .mkcalendar, .mkcol, .move,
            .proppatch, .rebind, .unbind, .unlink, .unlock:
            true
        default: isSafe
        }
    }

    /// True when the client asks for no change of state. RFC 9110 9.2.1 and the IANA registry.
    public var isSafe: Bool {
        switch self {
        case .get, .head, .options, .trace, .propfind, .query, .report, .search: true
        default: false
        }
    }

    /// The method's name as it is sent, or nil for ``other``.
    public var name: StaticString? {
        switch self {
        case .other: nil
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        case .acl: "ACL"
        case .bind: "BIND"
        case .checkout: "CHECKOUT"
        case .copy: "COPY"
        case .link: "LINK"
        case .lock: "LOCK"
        case .mSearch: "M-SEARCH"
        case .merge: "MERGE"
        case .mkactivity: "MKACTIVITY"
        case .mkcalendar: "MKCALENDAR"
        case .mkcol: "MKCOL"
        case .move: "MOVE"
        case .notify: "NOTIFY"
        case .propfind: "PROPFIND"
        case .proppatch: "PROPPATCH"
        case .purge: "PURGE"
        case .query: "QUERY"
        case .rebind: "REBIND"
        case .report: "REPORT"
        case .search: "SEARCH"
        case .source: "SOURCE"
        case .subscribe: "SUBSCRIBE"
        case .unbind: "UNBIND"
        case .unlink: "UNLINK"
        case .unlock: "UNLOCK"
        case .unsubscribe: "UNSUBSCRIBE"
        }
    }

    /// The first letter leaves a handful of candidates, the common ones first.
    static func identify(_ bytes: UnsafeRawPointer, _ length: Int) -> Method {
        switch bytes.load(as: UInt8.self) {
        case 0x47:
            if matches(bytes, length, "GET") { return .get }
        case 0x48:
            if matches(bytes, length, "HEAD") { return .head }
        case 0x50:
            if matches(bytes, length, "POST") { return .post }
            if matches(bytes, length, "PUT") { return .put }
            if matches(bytes, length, "PATCH") { return .patch }
            if matches(bytes, length, "PROPFIND") { return .propfind }
            if matches(bytes, length, "PROPPATCH") { return .proppatch }
            if matches(bytes, length, "PURGE") { return .purge }
        case 0x44:
            if matches(bytes, length, "DELETE") { return .delete }
        case 0x43:
            if matches(bytes, length, "CONNECT") { return .connect }
            if matches(bytes, length, "CHECKOUT") { return .checkout }
            if matches(bytes, length, "COPY") { return .copy }
        case 0x4f:
            if matches(bytes, length, "OPTIONS") { return .options }
        case 0x54:
            if matches(bytes, length, "TRACE") { return .trace }
        case 0x41:
            if matches(bytes, length, "ACL") { return .acl }
        case 0x42:
            if matches(bytes, length, "BIND") { return .bind }
        case 0x4c:
            if matches(bytes, length, "LINK") { return .link }
            if matches(bytes, length, "LOCK") { return .lock }
        case 0x4d:
            if matches(bytes, length, "M-SEARCH") { return .mSearch }
            if matches(bytes, length, "MERGE") { return .merge }
            if matches(bytes, length, "MKACTIVITY") { return .mkactivity }
            if matches(bytes, length, "MKCALENDAR") { return .mkcalendar }
            if matches(bytes, length, "MKCOL") { return .mkcol }
            if matches(bytes, length, "MOVE") { return .move }
        case 0x4e:
            if matches(bytes, length, "NOTIFY") { return .notify }
        case 0x51:
            if matches(bytes, length, "QUERY") { return .query }
        case 0x52:
            if matches(bytes, length, "REBIND") { return .rebind }
            if matches(bytes, length, "REPORT") { return .report }
        case 0x53:
            if matches(bytes, length, "SEARCH") { return .search }
            if matches(bytes, length, "SOURCE") { return .source }
            if matches(bytes, length, "SUBSCRIBE") { return .subscribe }
        case 0x55:
            if matches(bytes, length, "UNBIND") { return .unbind }
            if matches(bytes, length, "UNLINK") { return .unlink }
            if matches(bytes, length, "UNLOCK") { return .unlock }
            if matches(bytes, length, "UNSUBSCRIBE") { return .unsubscribe }
        default: break
        }
        return .other
    }

    @inline(__always)
    private static func matches(_ bytes: UnsafeRawPointer, _ length: Int, _ name: StaticString) -> Bool {
        guard length == name.utf8CodeUnitCount else { return false }
        return ByteRun.equal(bytes, UnsafeRawPointer(name.utf8Start), length)
    }
}
