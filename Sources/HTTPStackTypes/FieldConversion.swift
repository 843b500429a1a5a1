import HTTPStack
import HTTPTypes

extension HTTPFields {
    /// Our fields as theirs: the same lines in the same order.
    ///
    /// Text becomes UTF-8. Throws `illegalName` for what is no token and `illegalValue` for a value that `HTTPField` would
    /// change silently: one with a control byte, or with a blank at an end.
    public init(_ fields: HeaderFields) throws(OutgoingError) {
        self.init()
        reserveCapacity(fields.count)
        for field in fields {
            guard let name = HTTPField.Name(field.name) else { throw .illegalName(field.name) }
            guard HTTPField.isValidValue(field.value) else { throw .illegalValue(name: field.name) }
            append(HTTPField(name: name, value: field.value))
        }
    }
}

extension HeaderFields {
    /// Their fields as ours: the same lines in the same order, but for cookies, and with the names as they were given.
    ///
    /// `HTTPFields` splits a cookie into several lines, which must be one in HTTP/1 (RFC 6265 5.4, RFC 9113 8.2.3): they are
    /// joined by `; ` in the place of the first. Fields to be sent are text here, so a value whose bytes are not UTF-8 would
    /// leave as others: `illegalValue` is thrown for it.
    public init(_ fields: HTTPFields) throws(OutgoingError) {
        self.init()
        try append(contentsOf: fields)
    }

    /// Appends lines as `init(_:)` does.
    mutating func append(contentsOf fields: HTTPFields) throws(OutgoingError) {
        var cookies: [String] = []
        for field in fields {
            let value = try Self.text(field)
            if field.name == .cookie {
                cookies.append(value)
                if cookies.count > 1 { continue }
            }
            append(field.name.rawName, value)
        }
        if cookies.count > 1 { set(HTTPField.Name.cookie.rawName, [cookies.joined(separator: "; ")]) }
    }

    private static func text(_ field: HTTPField) throws(OutgoingError) -> String {
        let text = field.withUnsafeBytesOfValue { String(validating: $0, as: UTF8.self) }
        guard let text, HTTPField.isValidValue(text) else { throw .illegalValue(name: field.name.rawName) }
        return text
    }
}
