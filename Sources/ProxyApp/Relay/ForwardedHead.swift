import Engine
import HTTPStack
import HTTPWire

/// Writes heads as they go on to the other side: field lines as received, without those that are for one hop only.
///
/// Removed in both directions: Connection and what it names, Keep-Alive, Proxy-Connection, Proxy-Authorization (requests), TE,
/// Transfer-Encoding, Upgrade (RFC 9110 7.6.1), and the field `Proxy`, which no one needs and CGI programs trust. Content-Length and Transfer-Encoding are written anew from the parsed
/// framing, never copied: what the next hop reads is what was read here. Nomination comes first, our own fields last, so that
/// a Connection field can never remove what the proxy adds.
struct ForwardedHead {
    /// The pseudonym for Via, or nil to add none. RFC 9110 7.6.3.
    let via: [UInt8]?
    /// What becomes of the fields that name the client.
    var forwarded = ForwardedPolicy.off
    /// For final responses that have no Date: a recipient with a clock adds it (RFC 9110 6.6.1). Nil adds none.
    var date: HTTPDate?

    /// The lines of Via, ready to be copied, for what was received as HTTP/1.0 and as HTTP/1.1; empty without a pseudonym.
    private let viaLines: (minor0: [UInt8], minor1: [UInt8])

    init(via: [UInt8]?, forwarded: ForwardedPolicy = .off, date: HTTPDate? = nil) {
        self.via = via
        self.forwarded = forwarded
        self.date = date
        let end = via.map { $0 + Array("\r\n".utf8) }
        viaLines = (end.map { Array("Via: 1.0 ".utf8) + $0 } ?? [], end.map { Array("Via: 1.1 ".utf8) + $0 } ?? [])
    }

    /// Bytes beyond those received that a head may need.
    static let slack = 512

    // MARK: Requests

    /// `method path HTTP/1.1`, Host from the target, the fields.
    func write(
        request head: MessageHead, target: RequestTarget, framing: BodyFraming, upgrade: Bool,
        maxForwards: Int64? = nil, client: SocketAddress = .unix(path: ""), to writer: inout HeadWriter
    ) {
        let bytes = head.bytes(head.targetRange)
        writer.append(head.bytes(head.methodRange))
        writer.append(byte: 0x20)
        let path = slice(bytes, target.path)
        if path.isEmpty {
            // RFC 9112 3.2.4: an OPTIONS for a whole server has no path in absolute-form.
            writer.append(head.method == .options ? "*" : "/")
        } else {
            if path[0] != 0x2f { writer.append("/") }
            writer.append(path)
        }
        writer.append(" HTTP/1.1\r\nHost: ")
        writeAuthority(bytes, target, to: &writer)
        writer.append("\r\n")
        let dropsForwarded = forwarded == .replace || forwarded == .delete
        copyFields(head, to: &writer) { id in
            switch id {
            case .host, .proxyAuthorization, .te, .upgrade: true
            case .forwarded, .xForwardedFor: dropsForwarded
            case .maxForwards: maxForwards != nil
            // An HTTP/1.0 client cannot mean it (RFC 9110 10.1.1), and would not see the 100.
            case .expect: head.versionMinor == 0
            case .trailer: framing != .chunked
            default: false
            }
        }
        if head.contains(.te), acceptsTrailers(head) { writer.append("TE: trailers\r\nConnection: TE\r\n") }
        if upgrade { writeUpgrade(head, to: &writer) }
        if let maxForwards { writer.appendField("Max-Forwards", maxForwards) }
        if forwarded == .add || forwarded == .replace { writeClient(client, to: &writer) }
        writeFraming(framing, to: &writer)
        writeVia(minor: head.versionMinor, to: &writer)
        writer.append("\r\n")
    }

    /// The client's address, in both fields: lists, so a line of its own appends to what was received.
    private func writeClient(_ client: SocketAddress, to writer: inout HeadWriter) {
        let address: String
        let node: String
        switch client {
        case .ipv4: (address, node) = (client.host, client.host)
        case .ipv6: (address, node) = (client.host, "\"[\(client.host)]\"")
        case .unix: (address, node) = ("unknown", "unknown")
        }
        for (name, value) in [("X-Forwarded-For: ", address), ("Forwarded: for=", node)] as [(StaticString, String)] {
            var value = value
            writer.append(name)
            value.withUTF8 { writer.append(UnsafeRawBufferPointer($0)) }
            writer.append("\r\n")
        }
    }

    private func writeAuthority(_ bytes: UnsafeRawBufferPointer, _ target: RequestTarget, to writer: inout HeadWriter) {
        if target.hostIsIPv6Literal { writer.append("[") }
        writer.append(slice(bytes, target.host))
        if target.hostIsIPv6Literal { writer.append("]") }
        if let port = target.port, port != 80 {
            writer.append(":")
            writer.append(decimal: Int64(port))
        }
    }

    private func acceptsTrailers(_ head: MessageHead) -> Bool {
        guard let index = head.firstIndex(of: .te) else { return false }
        return !FieldText.allMembers(of: head.bytes(head[index].value)) { !FieldText.equal($0, "trailers") }
    }

    // MARK: Responses

    /// Status line and fields of a final response to a client of the given version.
    func write(
        response head: MessageHead, framing: BodyFraming, clientMinor: UInt8, persist: Bool, bodiless: Bool,
        to writer: inout HeadWriter
    ) {
        writeStatusLine(head, to: &writer)
        // Without a body the length describes what a GET would bring (RFC 9110 9.3.2): it stays as it is.
        var keepsLength = false
        // A 204 must not have one (RFC 9110 8.6).
        if bodiless, head.status != 204, case .value = head.contentLength { keepsLength = !head.repeatsContentLength }
        copyFields(head, keepingLength: keepsLength, to: &writer) {
            switch $0 {
            case .te, .upgrade, .proxyAuthenticate: true
            case .trailer: framing != .chunked
            default: false
            }
        }
        if !bodiless { writeFraming(framing, to: &writer) }
        if let date, !head.contains(.date) {
            date.refresh()
            writer.append("Date: ")
            date.bytes.withUnsafeBytes { writer.append($0) }
            writer.append("\r\n")
        }
        writeVia(minor: head.versionMinor, to: &writer)
        if !persist {
            writer.append("Connection: close\r\n")
        } else if clientMinor == 0 {
            writer.append("Connection: keep-alive\r\n")
        }
        writer.append("\r\n")
    }

    /// An interim response other than 101.
    func write(information head: MessageHead, to writer: inout HeadWriter) {
        writeStatusLine(head, to: &writer)
        copyFields(head, to: &writer) { $0 == .te || $0 == .upgrade }
        writeVia(minor: head.versionMinor, to: &writer)
        writer.append("\r\n")
    }

    /// 101: from here on the connection is the new protocol's.
    func write(switching head: MessageHead, to writer: inout HeadWriter) {
        writeStatusLine(head, to: &writer)
        copyFields(head, to: &writer) { $0 == .te || $0 == .upgrade }
        writeUpgrade(head, to: &writer)
        writeVia(minor: head.versionMinor, to: &writer)
        writer.append("\r\n")
    }

    private func writeStatusLine(_ head: MessageHead, to writer: inout HeadWriter) {
        writer.append("HTTP/1.1 ")
        let reason = head.reasonRange
        if reason.isEmpty {
            writer.append(decimal: Int64(head.status))
            writer.append(" \r\n")
        } else {
            // The code, the reason and the line's end, as they stand.
            writer.append(head.bytes(ByteRange(start: reason.start &- 4, length: reason.length &+ 6)))
        }
    }

    // MARK: Parts

    /// Copies the field lines that go on, whole runs at a time.
    private func copyFields(
        _ head: MessageHead, keepingLength: Bool = false, to writer: inout HeadWriter, dropping: (FieldID) -> Bool
    ) {
        let nominates = head.connection.contains(.others)
        var runStart = -1
        var runEnd = 0
        for (index, line) in head.fields.enumerated() {
            let drop: Bool
            switch line.id {
            // CGI programs take a field of that name for their HTTP_PROXY setting.
            case .other: drop = line.name.length == 5 && FieldText.equal(head.bytes(line.name), "proxy")
            case .connection, .keepAlive, .proxyConnection, .transferEncoding: drop = true
            case .contentLength: drop = !keepingLength
            case let id: drop = dropping(id)
            }
            let isVia = line.id == .via
            if drop || (nominates && !isVia && head.isNominated(index)) {
                if runStart >= 0 {
                    writer.append(UnsafeRawBufferPointer(start: head.base + runStart, count: runEnd - runStart))
                }
                runStart = -1
            } else {
                if runStart < 0 { runStart = Int(line.name.start) }
                runEnd = Int(line.lineEnd)
            }
        }
        if runStart >= 0 {
            writer.append(UnsafeRawBufferPointer(start: head.base + runStart, count: runEnd - runStart))
        }
    }

    private func writeFraming(_ framing: BodyFraming, to writer: inout HeadWriter) {
        switch framing {
        case .none, .untilClose: break
        case .length(let count):
            writer.append("Content-Length: ")
            writer.append(decimal: count)
            writer.append("\r\n")
        case .chunked: writer.append("Transfer-Encoding: chunked\r\n")
        }
    }

    private func writeUpgrade(_ head: MessageHead, to writer: inout HeadWriter) {
        writer.append("Connection: Upgrade\r\n")
        for line in head.fields where line.id == .upgrade { writer.append(head.bytes(line.line)) }
    }

    private func writeVia(minor: UInt8, to writer: inout HeadWriter) {
        (minor == 0 ? viaLines.minor0 : viaLines.minor1).withUnsafeBytes { writer.append($0) }
    }

    private func slice(_ bytes: UnsafeRawBufferPointer, _ range: ByteRange) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(range.start)..<Int(range.end)])
    }
}
