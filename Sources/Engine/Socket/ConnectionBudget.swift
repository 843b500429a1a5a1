import Synchronization

/// How many accepted connections the process may hold at once, shared by all loops.
///
/// Listeners take a place before they accept and stop accepting when there is none, so that the process does not run into
/// EMFILE with connections half-served: the limit leaves each client a descriptor for its origin, and `AgentOptions` bounds
/// the free sockets beside them. A socket gives its place back when it is closed.
///
/// With an `Overflow`, listeners do not stop: what finds no place is accepted all the same, to be told so.
public final class ConnectionBudget: Sendable {
    /// How those are told for whom there is no place.
    public struct Overflow: Sendable {
        /// Places of their own, for connections that are read from until they have asked for something, and refused then.
        public let places: ConnectionBudget
        /// What is sent to everybody else, right behind the accept and before the close, whatever they were about to ask.
        public let farewell: [UInt8]

        /// So many places, and the bytes for those who find none of these either.
        public init(places: Int, farewell: [UInt8]) {
            self.places = ConnectionBudget(limit: places)
            self.farewell = farewell
        }
    }

    /// Places there are.
    public let limit: Int
    /// For those who find none; nil leaves them in the kernel's backlog until there is one.
    public let overflow: Overflow?
    private let taken = Atomic<Int>(0)

    /// A budget of so many places, all of them free.
    public init(limit: Int, overflow: Overflow? = nil) {
        self.limit = limit
        self.overflow = overflow
    }

    /// Descriptors that are not connections: listeners, epoll, logs, resolver, pooled pipes, and connections that are refused.
    public static let reservedDescriptors = 192
    /// How many of them are for connections that are refused.
    public static let overflowPlaces = 64

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

    /// Gives a place back that `take` gave.
    public func giveBack() { taken.wrappingSubtract(1, ordering: .relaxed) }
}
