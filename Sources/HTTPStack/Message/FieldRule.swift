import HTTPWire

/// What may be sent as a field. One rule for heads and trailers of requests and responses.
enum FieldRule {
    /// Throws unless name and value may be sent as they are. RFC 9110 5.1 and 5.5.
    static func check(_ name: String, _ value: String) throws(OutgoingError) {
        guard bytes(name, HeadWriter.isLegalFieldName) else { throw .illegalName(name) }
        guard bytes(value, HeadWriter.isLegalFieldValue) else { throw .illegalValue(name: name) }
        if id(name) == .contentLength, length(value) == nil { throw .illegalValue(name: name) }
    }

    /// Throws unless every field may be sent, and Content-Length has one line at most.
    static func check(_ fields: HeaderFields) throws(OutgoingError) {
        var lengths = 0
        for field in fields {
            try check(field.name, field.value)
            if id(field.name) == .contentLength { lengths += 1 }
        }
        if lengths > 1 { throw .illegalValue(name: "Content-Length") }
    }

    /// Throws unless every field may be sent behind a body. RFC 9110 6.5.1.
    static func check(trailers fields: HeaderFields) throws(OutgoingError) {
        for field in fields {
            try check(field.name, field.value)
            if id(field.name).isForbiddenInTrailers { throw .illegalName(field.name) }
        }
    }

    static func isLegalReason(_ reason: String) -> Bool { bytes(reason, HeadWriter.isLegalReason) }

    static func id(_ name: String) -> FieldID { bytes(name, FieldID.identify) }

    /// The value of a Content-Length field: digits alone, and at most 63 bits. `Int64.init` would take a sign.
    static func length(_ value: String) -> Int64? {
        guard value.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return Int64(value)
    }

    /// Calls `body` with the text's bytes where they lie.
    static func bytes<R>(_ text: String, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
