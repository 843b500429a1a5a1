import HTTPStack
import HTTPTypes
import HTTPWire

extension HTTPRequest {
    /// A request that a server received, its target taken apart by its form. RFC 9112 3.2 and 3.3.
    ///
    /// | target | scheme | authority | path |
    /// |---|---|---|---|
    /// | `/p?q` | `http` | the `Host` field | `/p?q` |
    /// | `http://h:1/p?q` | `http` | `h:1` | `/p?q` |
    /// | `h:1` of CONNECT | nil | `h:1` | nil |
    /// | `*` of OPTIONS | `http` | the `Host` field | `*` |
    ///
    /// `authority` is nil when neither target nor `Host` field (HTTP/1.0) names one. The `Host` field itself is not among
    /// `headerFields`: it is in `authority`, or overruled by the target. All other fields are there, those for this
    /// connection alone (`Connection`, `Transfer-Encoding`) too, as in `HTTPFields.init(headersOf:)`.
    public init(_ message: IncomingMessage) throws(ReceivedMessageError) {
        let head = message.head
        let methodText = String(decoding: head.bytes(head.methodRange), as: UTF8.self)
        guard !methodText.isEmpty, let method = HTTPRequest.Method(methodText) else { throw .notARequest }
        let bytes = head.bytes(head.targetRange)
        let target: RequestTarget
        do {
            target = try RequestTarget.parse(bytes, method: head.method)
        } catch {
            throw .illegalTarget(error)
        }
        let parts = Self.parts(of: target, bytes, isOptions: head.method == .options)
        self.init(
            method: method, scheme: parts.scheme, authority: parts.authority ?? Self.host(head), path: parts.path)
        try headerFields.append(head, without: .host)
    }

    private static func parts(
        of target: RequestTarget, _ bytes: UnsafeRawBufferPointer, isOptions: Bool
    ) -> (scheme: String?, authority: String?, path: String?) {
        func text(_ from: Int, _ to: Int) -> String { String(decoding: bytes[from..<to], as: UTF8.self) }
        switch target.form {
        case .origin: return ("http", nil, text(0, bytes.count))
        case .asterisk: return ("http", nil, "*")
        case .authority: return (nil, text(0, bytes.count), nil)
        case .absolute:
            let pathStart = Int(target.path.start)
            let path = text(pathStart, bytes.count)
            let authority = text(Int(target.scheme.length) + "://".utf8.count, pathStart)
            let scheme = text(0, Int(target.scheme.length)).lowercased()
            // An empty path stands for the server itself with OPTIONS, else for the root. RFC 9112 3.2.4, RFC 9110 4.2.3.
            if path.isEmpty { return (scheme, authority, isOptions ? "*" : "/") }
            return (scheme, authority, path.hasPrefix("?") ? "/" + path : path)
        }
    }

    private static func host(_ head: MessageHead) -> String? {
        head.firstIndex(of: .host).map { String(decoding: head.bytes(head[$0].value), as: UTF8.self) }
    }
}
