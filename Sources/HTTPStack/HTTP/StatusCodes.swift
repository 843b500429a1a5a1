import HTTPWire

extension HTTP {
    /// The standard reason phrases by status code: IANA's, and 418. A code without an entry is sent as `Unknown`.
    // Node's name.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let STATUS_CODES: [Int: String] = {
        let unknown = StatusPhrase.of(0).description
        let known = (100...599).map { ($0, StatusPhrase.of($0).description) }.filter { $0.1 != unknown }
        return Dictionary(uniqueKeysWithValues: known)
    }()
}
