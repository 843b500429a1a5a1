/// Orders in the sequence in which they must be performed. Owned by the shell and reused: no allocation
/// once it has grown to the largest burst.
///
/// Performing an action may call the pool again with the same buffer, hence taking one at a time:
/// `while let action = buffer.next() { perform(action) }`.
public struct ActionBuffer: ~Copyable {
    private var items: [PoolAction] = []
    private var head = 0

    /// An empty buffer with room for `capacity` actions.
    public init(capacity: Int = 32) {
        items.reserveCapacity(capacity)
    }

    /// True when nothing is left to perform.
    public var isEmpty: Bool { head == items.count }

    /// Removes and returns the oldest action, nil when there is none.
    public mutating func next() -> PoolAction? {
        guard head < items.count else { return nil }
        let action = items[head]
        head += 1
        if head == items.count {
            items.removeAll(keepingCapacity: true)
            head = 0
        }
        return action
    }

    mutating func append(_ action: PoolAction) {
        items.append(action)
    }
}
