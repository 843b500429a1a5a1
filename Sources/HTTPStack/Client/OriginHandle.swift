import Pool

/// An origin that its owner sends requests to again and again: its key, and where one agent's pool has it.
///
/// Saves looking the origin up for each request. For one agent only, and confined to its loop.
public final class OriginHandle {
    /// What the pool knows it by, and what is dialled.
    public let key: OriginKey
    /// The agent's name for it; may have been forgotten since.
    var origin: OriginRef?

    /// A handle that has not been used yet.
    public init(_ key: OriginKey) { self.key = key }
}
