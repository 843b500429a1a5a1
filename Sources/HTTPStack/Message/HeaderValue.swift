/// The value of a received field in Node's view.
public enum HeaderValue: Equatable, Sendable, CustomStringConvertible {
    /// One value; of several lines, joined or the first, as the field has it.
    case single(String)
    /// One value for each line: `set-cookie` alone, also when there is only one line.
    case list([String])

    /// The value, or those of a list with `, ` between them.
    public var description: String {
        switch self {
        case .single(let value): value
        case .list(let values): values.joined(separator: ", ")
        }
    }
}
