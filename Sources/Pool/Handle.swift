/// A ticket for one entry of one loop's pool: its place in a table plus a generation, so that a ticket
/// kept too long is recognised instead of naming the entry's successor.
///
/// Means something only to the `Pool` that issued it. `index` is dense and small: a shell may use it to
/// index its own arrays. Live generations are odd, hence the zero handle names nothing.
public struct Handle<Tag>: Hashable, Sendable {
    /// Place in the issuing table, from 0. Reused after the entry has gone.
    public let index: Int32
    /// Odd while the entry lives.
    public let generation: UInt32

    @usableFromInline
    init(index: Int32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }
}

/// What an `OriginRef` names.
public enum OriginTag: Sendable {}
/// What a `SocketRef` names.
public enum SocketTag: Sendable {}
/// What a `WaiterRef` names.
public enum WaiterTag: Sendable {}

/// An origin as one loop knows it. From `Pool.origin(for:)`; ends when the sweep forgets the origin.
public typealias OriginRef = Handle<OriginTag>
/// A socket of this loop, from the moment it is dialled or received until `closed` or given away.
public typealias SocketRef = Handle<SocketTag>
/// A request that waits for a socket, until it is served, failed, cancelled or timed out.
public typealias WaiterRef = Handle<WaiterTag>

/// The caller's own name for a waiting request. The pool never looks inside.
public typealias WaiterID = UInt64
