import HTTPStack
import HTTPTypes
import HTTPWire

extension RequestOptions {
    /// Options that send the request in HTTP/1.
    ///
    /// The authority becomes `hostname` and `port`, from which the `Host` field is made, unless `headerFields` has one. Without
    /// an authority they are left as they are: the defaults, or what is set afterwards. For CONNECT the authority is the
    /// target; where the proxy is must be set afterwards. A missing path is `/`. Agent, address and the like are the defaults.
    ///
    /// Throws `unsupportedProtocol` for a scheme other than `http` and for extended CONNECT (RFC 8441), `illegalURL` for an
    /// authority that is none, and what `HeaderFields.init(_:)` throws.
    public init(_ request: HTTPRequest) throws(OutgoingError) {
        if let scheme = request.scheme, scheme.lowercased() != "http" { throw .unsupportedProtocol("\(scheme):") }
        if let name = request.extendedConnectProtocol { throw .unsupportedProtocol(name) }
        self.init(method: request.method.rawValue, headers: try HeaderFields(request.headerFields))
        if request.method == .connect {
            guard let authority = request.authority, Self.place(authority)?.port != nil else {
                throw .illegalURL(request.authority ?? "")
            }
            path = authority
            return
        }
        if let authority = request.authority {
            guard let place = Self.place(authority) else { throw .illegalURL(authority) }
            hostname = place.host
            if let port = place.port { self.port = port }
        }
        if let path = request.path, !path.isEmpty { self.path = path }
    }

    /// Host, without brackets, and port of an authority; nil when it is none.
    private static func place(_ authority: String) -> (host: String, port: UInt16?)? {
        var authority = authority
        return authority.withUTF8 { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            guard let target = try? RequestTarget.parseAuthority(bytes) else { return nil }
            let start = Int(target.host.start)
            return (String(decoding: bytes[start..<start + Int(target.host.length)], as: UTF8.self), target.port)
        }
    }
}
