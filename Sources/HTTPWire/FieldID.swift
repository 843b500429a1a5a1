/// The well-known fields the stack acts on, so that names are compared once, while parsing.
///
/// At most 64 cases: a head keeps the set of those present in one word.
public enum FieldID: UInt8, Sendable, CaseIterable {
    /// Any field not listed below; compare its name bytes.
    case other = 0
    /// `Connection`.
    case connection
    /// `Keep-Alive`.
    case keepAlive
    /// `Proxy-Connection`.
    case proxyConnection
    /// `Proxy-Authorization`.
    case proxyAuthorization
    /// `Proxy-Authenticate`.
    case proxyAuthenticate
    /// `Proxy-Authentication-Info`.
    case proxyAuthenticationInfo
    /// `TE`.
    case te
    /// `Trailer`.
    case trailer
    /// `Transfer-Encoding`.
    case transferEncoding
    /// `Upgrade`.
    case upgrade
    /// `Content-Length`.
    case contentLength
    /// `Host`.
    case host
    /// `Expect`.
    case expect
    /// `Via`.
    case via
    /// `Date`.
    case date
    /// `Content-Type`.
    case contentType
    /// `Max-Forwards`.
    case maxForwards
    /// `Forwarded`.
    case forwarded
    /// `X-Forwarded-For`.
    case xForwardedFor
    /// `Set-Cookie`.
    case setCookie
    /// `Cookie`.
    case cookie
    /// `Server`.
    case server
    /// `User-Agent`.
    case userAgent
    /// `Location`.
    case location
    /// `Authorization`.
    case authorization
    /// `Accept`.
    case accept
    /// `Age`.
    case age
    /// `Allow`.
    case allow
    /// `Alt-Svc`.
    case altSvc
    /// `Cache-Control`.
    case cacheControl
    /// `Content-Encoding`.
    case contentEncoding
    /// `ETag`.
    case etag
    /// `Expires`.
    case expires
    /// `From`.
    case from
    /// `If-Modified-Since`.
    case ifModifiedSince
    /// `If-None-Match`.
    case ifNoneMatch
    /// `If-Unmodified-Since`.
    case ifUnmodifiedSince
    /// `Last-Modified`.
    case lastModified
    /// `Origin`.
    case origin
    /// `Pragma`.
    case pragma
    /// `Range`.
    case range
    /// `Referer`.
    case referer
    /// `Retry-After`.
    case retryAfter
    /// `Vary`.
    case vary
    /// `Warning`.
    case warning
    /// `WWW-Authenticate`.
    case wwwAuthenticate
    /// `X-Forwarded-Host`.
    case xForwardedHost
    /// `X-Forwarded-Proto`.
    case xForwardedProto
    /// `X-Real-IP`.
    case xRealIP

    /// Names the field: ``other`` unless `name` equals a listed name, ignoring case.
    ///
    /// `name` is borrowed for the call and must be a token, as every parsed field name is.
    public static func identify(_ name: UnsafeRawBufferPointer) -> FieldID {
        guard let start = name.baseAddress else { return .other }
        return identify(start, name.count)
    }

    /// Hop-by-hop fields: consumed by this hop, never relayed as they are. RFC 9110 7.6.1.
    ///
    /// Adds `Proxy-Authorization`, which the first proxy asking for credentials consumes
    /// (RFC 9110 11.7.2). `Trailer` is not one: it travels with the trailers it announces.
    /// `Proxy-Authenticate` is not one either: whether to pass an origin's 407 on is policy.
    /// Fields named by `Connection` are a separate question, see ``MessageHead/isNominated(_:)``.
    public var isHopByHop: Bool {
        switch self {
        case .connection, .keepAlive, .proxyConnection, .proxyAuthorization, .te, .transferEncoding, .upgrade: true
        default: false
        }
    }

    /// True for fields that must not arrive after the body: framing, routing, authentication and
    /// payload description. RFC 9110 6.5.1.
    public var isForbiddenInTrailers: Bool {
        switch self {
        case .contentLength, .host, .expect, .maxForwards, .trailer, .authorization, .proxyAuthenticate,
            .wwwAuthenticate, .setCookie, .cookie, .contentType, .contentEncoding, .cacheControl, .pragma, .range,
            .age, .date, .expires, .location, .retryAfter, .vary, .warning:
            true
        default: isHopByHop
        }
    }

    /// This id's bit in a presence word.
    @inlinable
    var bit: UInt64 { 1 &<< UInt64(rawValue) }

    /// Length and first letter leave at most one candidate, which is then compared in full.
    @inline(__always)
    static func identify(_ name: UnsafeRawPointer, _ length: Int) -> FieldID {
        guard length > 0 else { return .other }
        let first = name.load(as: UInt8.self) | 0x20
        switch length {
        case 2:
            switch first {
            case 0x74: return matching(name, "te", .te)
            default: return .other
            }
        case 3:
            switch first {
            case 0x61: return matching(name, "age", .age)
            case 0x76: return matching(name, "via", .via)
            default: return .other
            }
        case 4:
            switch first {
            case 0x64: return matching(name, "date", .date)
            case 0x65: return matching(name, "etag", .etag)
            case 0x66: return matching(name, "from", .from)
            case 0x68: return matching(name, "host", .host)
            case 0x76: return matching(name, "vary", .vary)
            default: return .other
            }
        case 5:
            switch first {
            case 0x61: return matching(name, "allow", .allow)
            case 0x72: return matching(name, "range", .range)
            default: return .other
            }
        case 6:
            switch first {
            case 0x61: return matching(name, "accept", .accept)
            case 0x63: return matching(name, "cookie", .cookie)
            case 0x65: return matching(name, "expect", .expect)
            case 0x6f: return matching(name, "origin", .origin)
            case 0x70: return matching(name, "pragma", .pragma)
            case 0x73: return matching(name, "server", .server)
            default: return .other
            }
        case 7:
            switch first {
            case 0x61: return matching(name, "alt-svc", .altSvc)
            case 0x65: return matching(name, "expires", .expires)
            case 0x72: return matching(name, "referer", .referer)
            case 0x74: return matching(name, "trailer", .trailer)
            case 0x75: return matching(name, "upgrade", .upgrade)
            case 0x77: return matching(name, "warning", .warning)
            default: return .other
            }
        case 8:
            switch first {
            case 0x6c: return matching(name, "location", .location)
            default: return .other
            }
        case 9:
            switch first {
            case 0x66: return matching(name, "forwarded", .forwarded)
            case 0x78: return matching(name, "x-real-ip", .xRealIP)
            default: return .other
            }
        case 10:
            switch first {
            case 0x63: return matching(name, "connection", .connection)
            case 0x6b: return matching(name, "keep-alive", .keepAlive)
            case 0x73: return matching(name, "set-cookie", .setCookie)
            case 0x75: return matching(name, "user-agent", .userAgent)
            default: return .other
            }
        case 11:
            switch first {
            case 0x72: return matching(name, "retry-after", .retryAfter)
            default: return .other
            }
        case 12:
            switch first {
            case 0x63: return matching(name, "content-type", .contentType)
            case 0x6d: return matching(name, "max-forwards", .maxForwards)
            default: return .other
            }
        case 13:
            switch first {
            case 0x61: return matching(name, "authorization", .authorization)
            case 0x63: return matching(name, "cache-control", .cacheControl)
            case 0x69: return matching(name, "if-none-match", .ifNoneMatch)
            case 0x6c: return matching(name, "last-modified", .lastModified)
            default: return .other
            }
        case 14:
            switch first {
            case 0x63: return matching(name, "content-length", .contentLength)
            default: return .other
            }
        case 15:
            switch first {
            case 0x78: return matching(name, "x-forwarded-for", .xForwardedFor)
            default: return .other
            }
        case 16:
            switch first {
            case 0x63: return matching(name, "content-encoding", .contentEncoding)
            case 0x70: return matching(name, "proxy-connection", .proxyConnection)
            case 0x77: return matching(name, "www-authenticate", .wwwAuthenticate)
            case 0x78: return matching(name, "x-forwarded-host", .xForwardedHost)
            default: return .other
            }
        case 17:
            switch first {
            case 0x69: return matching(name, "if-modified-since", .ifModifiedSince)
            case 0x74: return matching(name, "transfer-encoding", .transferEncoding)
            case 0x78: return matching(name, "x-forwarded-proto", .xForwardedProto)
            default: return .other
            }
        case 18:
            switch first {
            case 0x70: return matching(name, "proxy-authenticate", .proxyAuthenticate)
            default: return .other
            }
        case 19:
            switch first {
            case 0x69: return matching(name, "if-unmodified-since", .ifUnmodifiedSince)
            case 0x70: return matching(name, "proxy-authorization", .proxyAuthorization)
            default: return .other
            }
        case 25:
            switch first {
            case 0x70: return matching(name, "proxy-authentication-info", .proxyAuthenticationInfo)
            default: return .other
            }
        default: return .other
        }
    }

    /// `id` when the bytes at `name`, as many as `lowercase` has, spell it in any case.
    @inline(__always)
    private static func matching(_ name: UnsafeRawPointer, _ lowercase: StaticString, _ id: FieldID) -> FieldID {
        ByteScan.equalIgnoringCase(name, UnsafeRawPointer(lowercase.utf8Start), lowercase.utf8CodeUnitCount)
            ? id : .other
    }
}
