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
        guard let start = name.baseAddress, name.count > 0 else { return .other }
        return FieldNames.id(start, name.count)
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
}
