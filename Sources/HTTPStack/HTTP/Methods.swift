import HTTPWire

extension HTTP {
    /// The request methods known by name, sorted: those of RFC 9110 9, PATCH, and the rest of Node's. Others are served as well.
    // Node's name.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    public static let METHODS: [String] = Method.allCases.compactMap { $0.name?.description }.sorted()
}
