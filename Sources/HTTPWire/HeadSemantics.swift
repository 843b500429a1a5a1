extension MessageHead {
    /// The minor version of HTTP/1.x, 0...9.
    @inlinable
    public var versionMinor: UInt8 { facts.versionMinor }

    /// The request method; ``Method/other`` in a response.
    @inlinable
    public var method: Method { facts.method }

    /// Where the method's bytes are. Empty in a response.
    @inlinable
    public var methodRange: ByteRange { facts.methodRange }

    /// Where the request target is; its bytes are visible ASCII, its form is not checked here.
    @inlinable
    public var targetRange: ByteRange { facts.targetRange }

    /// The status code, 100...999; 0 in a request.
    @inlinable
    public var status: Int { facts.status }

    /// Where the reason phrase is; often empty.
    @inlinable
    public var reasonRange: ByteRange { facts.reasonRange }

    /// What the `Content-Length` fields say.
    @inlinable
    public var contentLength: ContentLengthFact { facts.contentLength }

    /// True when the length was given more than once, even if equally: a relay must then send one
    /// single value, not the lines received. RFC 9110 8.6.
    @inlinable
    public var repeatsContentLength: Bool { facts.repeatsContentLength }

    /// What the `Transfer-Encoding` fields say.
    @inlinable
    public var transferEncoding: TransferEncodingFact { facts.transferEncoding }

    /// True when both framings are present. A relay must drop `Content-Length` and close the
    /// connection after the message. RFC 9112 6.1.
    @inlinable
    public var hasLengthAndTransferEncoding: Bool {
        facts.transferEncoding != .absent && facts.contentLength != .absent
    }

    /// What the `Connection` fields ask for.
    @inlinable
    public var connection: ConnectionTokens { facts.connection }

    /// Number of `Host` fields; an HTTP/1.1 request must have exactly one. RFC 9112 3.2.
    @inlinable
    public var hostCount: Int { facts.hostCount }

    /// True when `Expect: 100-continue` is present. RFC 9110 10.1.1.
    @inlinable
    public var expectsContinue: Bool { facts.expectsContinue }

    /// True when `Expect` asks for anything else, which is answered with 417.
    @inlinable
    public var hasUnknownExpectation: Bool { facts.hasUnknownExpectation }

    /// True when an `Upgrade` field is present. It counts only when ``connection`` has
    /// ``ConnectionTokens/upgrade`` too. RFC 9110 7.8.
    @inlinable
    public var hasUpgrade: Bool { contains(.upgrade) }
}
