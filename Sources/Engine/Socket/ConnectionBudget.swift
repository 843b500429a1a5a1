import Synchronization

/// How many accepted connections the process may hold at once, shared by all loops.
///
/// Listeners take a place before they accept and stop accepting when there is none, so that the process does not run into
/// EMFILE with connections half-served: the limit leaves each client a descriptor for its origin, and `AgentOptions` bounds
/// the free sockets beside them. A socket gives its place back when it is closed.
public final class ConnectionBudget: Sendable {
    /// Places there are.
    public let limit: Int
    private let taken = Atomic<Int>(0)

    /// A budget of so many places, all of them free.
    public init(limit: Int) { self.limit = limit }

    /// Descriptors that are not connections: listeners, epoll, logs, resolver, pooled pipes.
    public static let reservedDescriptors = 128

    /// The limit that leaves an origin socket for every client and the reserve untouched: (descriptors - reserve) / 2.
    public static func limit(forDescriptors descriptors: Int) -> Int {
        max(16, (descriptors - reservedDescriptors) / 2)
    }

    /// Connections held now.
    public var count: Int { taken.load(ordering: .relaxed) }

    /// Takes a place; false when there is none.
    public func take() -> Bool {
        if taken.wrappingAdd(1, ordering: .relaxed).newValue <= limit { return true }
        taken.wrappingSubtract(1, ordering: .relaxed)
        return false
    }

    func giveBack() { taken.wrappingSubtract(1, ordering: .relaxed) }
}
