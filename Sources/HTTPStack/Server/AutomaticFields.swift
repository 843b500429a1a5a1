import HTTPWire

/// Fields that a response gets by itself unless the program removes them.
struct AutomaticFields: OptionSet {
    let rawValue: UInt8
    static let connection = AutomaticFields(rawValue: 1)
    static let contentLength = AutomaticFields(rawValue: 2)
    static let transferEncoding = AutomaticFields(rawValue: 4)
    static let date = AutomaticFields(rawValue: 8)

    /// The field of this name, if it is one of these.
    static func of(_ name: String) -> AutomaticFields {
        switch FieldRule.id(name) {
        case .connection: .connection
        case .contentLength: .contentLength
        case .transferEncoding: .transferEncoding
        case .date: .date
        default: []
        }
    }
}
