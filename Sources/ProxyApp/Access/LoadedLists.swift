import Policy

/// The lists of `access.lists`, read. Shared by all loops.
struct LoadedLists: Sendable {
    /// Lists of names by the operator's name for them.
    var names: [String: DomainList] = [:]
    /// Lists of networks by the operator's name for them.
    var networks: [String: NetworkList] = [:]
}
