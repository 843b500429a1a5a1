import HTTPWire

/// The head of a request in Node's form: its fields while they may change, then its framing and its bytes.
struct RequestHead {
    /// Upper-cased.
    let method: String
    let path: String
    private(set) var fields = HeaderFields()
    /// The program took the Connection field out: none is added then, and the connection serves no other request.
    private var isConnectionRemoved = false

    /// The default fields and the options' own. Throws what is illegal in them.
    init(_ options: RequestOptions) throws(OutgoingError) {
        method = options.method.isEmpty ? "GET" : options.method.uppercased()
        guard Self.isToken(method) else { throw .illegalMethod(options.method) }
        path = options.path.isEmpty ? "/" : options.path
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x23 }) else { throw .illegalPath(path) }
        // First, as RFC 9110 7.2 advises.
        if !options.headers.contains("Host") { fields.append("Host", Self.host(options, method, path)) }
        for field in options.headers { fields.append(field.name, field.value) }
        if let auth = options.auth, !fields.contains("Authorization") {
            fields.append("Authorization", "Basic " + Base64.encode(auth.utf8))
        }
        for field in fields { try Self.check(field.name, field.value) }
    }

    /// The origin's name and port as the Host field has them; for CONNECT the destination's, which the path is.
    /// RFC 9112 3.2, RFC 9110 9.3.6.
    private static func host(_ options: RequestOptions, _ method: String, _ path: String) -> String {
        if method == "CONNECT" { return path }
        let name = options.originHost
        let host = name.contains(":") ? "[\(name)]" : name
        return options.port == 80 ? host : "\(host):\(options.port)"
    }

    // MARK: Fields

    mutating func set(_ name: String, _ values: [String]) throws(OutgoingError) {
        for value in values { try Self.check(name, value) }
        if values.isEmpty { try Self.check(name, "") }
        fields.set(name, values)
    }

    mutating func remove(_ name: String) {
        fields.remove(name)
        if HeaderFields.isSame(name, "Connection") { isConnectionRemoved = true }
    }

    private static func check(_ name: String, _ value: String) throws(OutgoingError) {
        var value = value
        guard isToken(name) else { throw .illegalName(name) }
        guard value.withUTF8({ HeadWriter.isLegalFieldValue(UnsafeRawBufferPointer($0)) }) else {
            throw .illegalValue(name: name)
        }
    }

    private static func isToken(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { HeadWriter.isLegalFieldName(UnsafeRawBufferPointer($0)) }
    }

    // MARK: Framing

    /// What the fields settled say of the connection.
    struct Settlement: Equatable {
        var framing = BodyFraming.none
        /// The connection serves no other request.
        var isLast = false
        /// A 101 to it hands the socket over.
        var wantsUpgrade = false
    }

    /// Adds the fields that nobody gave: Connection, and the body's framing.
    ///
    /// - Parameter bodyBytes: the body's length when all of it is known, nil when it is yet to come.
    /// - Parameter persists: the connection may serve other requests.
    mutating func settle(bodyBytes: Int?, persists: Bool) -> Settlement {
        var settlement = Settlement()
        if let connection = fields["Connection"] {
            settlement.isLast = Self.lists(connection, "close")
            settlement.wantsUpgrade = fields.contains("Upgrade") && Self.lists(connection, "upgrade")
        } else if isConnectionRemoved {
            settlement.isLast = true
        } else {
            settlement.isLast = !persists
            fields.append("Connection", persists ? "keep-alive" : "close")
        }
        settlement.framing = settleFraming(bodyBytes)
        return settlement
    }

    private mutating func settleFraming(_ bodyBytes: Int?) -> BodyFraming {
        // What follows the head of a CONNECT is the tunnel's.
        guard method != "CONNECT" else {
            fields.remove("Content-Length")
            fields.remove("Transfer-Encoding")
            return .none
        }
        if let codings = fields["Transfer-Encoding"] {
            // Both would be read as an attack. RFC 9112 6.1.
            fields.remove("Content-Length")
            if codings.lowercased().split(separator: ",").last?.filter({ $0 != " " }) == "chunked" { return .chunked }
            fields.remove("Transfer-Encoding")
        }
        if let text = fields["Content-Length"] {
            if !text.isEmpty, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let length = Int64(text) {
                return .length(length)
            }
            fields.remove("Content-Length")
        }
        guard let bodyBytes else {
            fields.append("Transfer-Encoding", "chunked")
            return .chunked
        }
        // No body where none is expected needs no word. RFC 9110 8.6.
        if bodyBytes == 0, Self.isBodiless(method) { return .none }
        fields.append("Content-Length", String(bodyBytes))
        return .length(Int64(bodyBytes))
    }

    /// Methods whose requests have no body unless one is written. Node `useChunkedEncodingByDefault`.
    private static func isBodiless(_ method: String) -> Bool {
        ["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"].contains(method)
    }

    /// Is `token` an element of the list, in any case?
    private static func lists(_ list: String, _ token: String) -> Bool {
        list.lowercased().split(separator: ",").contains { $0.filter { $0 != " " && $0 != "\t" } == token }
    }

    // MARK: Bytes

    /// Bytes that `write` needs room for.
    var byteCount: Int {
        fields.reduce(method.utf8.count + path.utf8.count + 14) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    }

    /// Writes the head into `room`, which has `byteCount` bytes at least; returns how many were used.
    func write(into room: UnsafeMutableRawBufferPointer) -> Int {
        var writer = HeadWriter(room)
        func append(_ text: String) {
            var text = text
            text.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
        }
        append(method)
        writer.append(" ")
        append(path)
        writer.append(" HTTP/1.1\r\n")
        for field in fields {
            append(field.name)
            writer.append(": ")
            append(field.value)
            writer.appendCRLF()
        }
        writer.appendCRLF()
        precondition(!writer.overflowed, "a head of \(byteCount) bytes did not fit into \(room.count)")
        return writer.count
    }
}
