/// A line of a list that was not taken.
public struct ListProblem: Hashable, Sendable {
    /// From 1.
    public let line: Int
    /// What is wrong with it.
    public let kind: Kind

    /// The ways in which a line is wrong.
    public enum Kind: Hashable, Sendable {
        /// The name is no host name.
        case badName(HostError)
        /// An address where a name belongs.
        case address
        /// A star that is not the whole first label.
        case starInside
        /// More than one name on a line that does not begin with an address.
        case extraWords
        /// The network is malformed.
        case badNetwork(IPNetworkError)
        /// The list is longer than it may be; nothing from here on was taken.
        case tooLong
    }

    /// A problem in a line, counted from 1.
    public init(_ line: Int, _ kind: Kind) {
        self.line = line
        self.kind = kind
    }

    /// One line, without what the file says: a list may come from anywhere.
    public var explanation: String {
        switch kind {
        case .badName(let error): "line \(line): \(error.reason)"
        case .address: "line \(line): an address is not a name"
        case .starInside: "line \(line): a star may only stand for the whole first part"
        case .extraWords: "line \(line): more than one word"
        case .badNetwork(let error): "line \(line): \(error.reason)"
        case .tooLong: "line \(line): the list is too long"
        }
    }
}
