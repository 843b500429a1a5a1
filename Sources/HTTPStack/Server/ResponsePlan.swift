import HTTPWire

/// How a response is framed and what it says of its connection: a pure decision from what the program set and the client asked.
///
/// Source: RFC 9112 6 and 9, RFC 9110 8.6, and node `lib/_http_outgoing.js` where these leave a choice.
struct ResponsePlan: Equatable {
    /// What is known before the head is sent.
    struct Facts {
        enum Coding {
            case none
            /// Chunked is the last one.
            case chunked
            case other
        }

        var status = 200
        var isHEAD = false
        var isHTTP10 = false
        /// Do client, server and request allow for another exchange?
        var mayPersist = true
        /// The Content-Length that the program set.
        var length: Int64?
        /// The Transfer-Encoding that the program set.
        var coding = Coding.none
        /// The Connection that the program set, or nil.
        var connection: ConnectionTokens?
        var removed: AutomaticFields = []
        /// The body's length, where all of it is at hand.
        var knownLength: Int64?
        var hasTrailers = false
        /// The program set a Date.
        var hasDate = false
    }

    private(set) var framing = BodyFraming.none
    /// A Content-Length to add.
    private(set) var addedLength: Int64?
    private(set) var addsChunked = false
    private(set) var keepsLength: Bool
    private(set) var keepsCoding: Bool
    private(set) var keepsConnection: Bool
    private(set) var addsClose = false
    private(set) var addsKeepAlive = false
    private(set) var persists: Bool

    /// `announcesKeepAlive`: does an HTTP/1.1 client hear of what is its default?
    init(_ facts: Facts, announcesKeepAlive: Bool) {
        let isBodiless = facts.status < 200 || facts.status == 204 || facts.status == 304
        // RFC 9112 6.1: no transfer coding to HTTP/1.0, with 1xx or 204; none with 304 either, which has no body to code.
        keepsCoding = facts.coding != .none && !facts.isHTTP10 && !isBodiless
        // RFC 9110 8.6: no length with 1xx or 204; RFC 9112 6.2: nor beside a transfer coding.
        keepsLength = facts.length != nil && facts.status >= 200 && facts.status != 204 && !keepsCoding
        let usesTrailers = facts.hasTrailers && !facts.isHTTP10 && !facts.removed.contains(.transferEncoding)
        let mayAddLength =
            facts.knownLength != nil && facts.length == nil && !keepsCoding && !isBodiless && !usesTrailers
            && !facts.removed.contains(.contentLength)
        if mayAddLength { addedLength = facts.knownLength }
        if isBodiless || facts.isHEAD {
            framing = .none
        } else if keepsCoding {
            framing = facts.coding == .chunked ? .chunked : .untilClose
        } else if let length = facts.length ?? addedLength {
            framing = .length(length)
        } else if facts.isHTTP10 || facts.removed.contains(.transferEncoding) {
            framing = .untilClose
        } else {
            framing = .chunked
            addsChunked = true
        }
        let asked = facts.connection ?? []
        persists =
            facts.mayPersist && framing != .untilClose && !asked.contains(.close)
            && !facts.removed.contains(.connection) && facts.status != 101
        keepsConnection = facts.connection != nil && (persists || asked != .keepAlive)
        if facts.removed.contains(.connection) || facts.status == 101 { return }
        if !persists {
            addsClose = !asked.contains(.close)
        } else if !asked.contains(.keepAlive) {
            addsKeepAlive = facts.isHTTP10 || (announcesKeepAlive && !keepsConnection)
        }
    }

    /// Is a field that the program set sent?
    func keeps(_ field: FieldID) -> Bool {
        switch field {
        case .contentLength: keepsLength
        case .transferEncoding: keepsCoding
        case .connection: keepsConnection
        default: true
        }
    }

    /// Appends the fields that come by themselves.
    func write(to head: inout HeadWriter) {
        if let addedLength { head.appendField("Content-Length", addedLength) }
        if addsChunked { head.appendField("Transfer-Encoding", "chunked") }
        if addsClose {
            head.appendField("Connection", "close")
        } else if addsKeepAlive {
            head.appendField("Connection", "keep-alive")
        }
    }
}

extension ResponsePlan.Facts {
    /// Takes over what the program has set.
    mutating func read(_ draft: ResponseDraft) {
        removed = draft.removed
        hasTrailers = !draft.trailers.isEmpty
        for field in draft.fields {
            switch FieldRule.id(field.name) {
            case .contentLength: length = FieldRule.length(field.value)
            // The last line has the last coding.
            case .transferEncoding: coding = Self.endsInChunked(field.value) ? .chunked : .other
            case .connection: connection = (connection ?? []).union(Self.tokens(field.value))
            case .date: hasDate = true
            case .trailer: hasTrailers = true
            default: break
            }
        }
    }

    private static func endsInChunked(_ value: String) -> Bool {
        elements(value).last.map { HeaderFields.isSame($0, "chunked") } ?? false
    }

    private static func tokens(_ value: String) -> ConnectionTokens {
        elements(value).reduce(into: []) { tokens, element in
            if HeaderFields.isSame(element, "close") {
                tokens.insert(.close)
            } else if HeaderFields.isSame(element, "keep-alive") {
                tokens.insert(.keepAlive)
            } else {
                tokens.insert(.others)
            }
        }
    }

    /// The members of a list, without the blanks around them. RFC 9110 5.6.1.
    private static func elements(_ value: String) -> [String] {
        value.split(separator: ",").map { member in
            String(member.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }
}
