import Synchronization

/// Sockets that the agents of a group have open now, to all origins. May be used from any thread.
final class OpenSocketCount: Sendable {
    private let count = Atomic<Int>(0)

    var current: Int { count.load(ordering: .relaxed) }

    func opened() { count.wrappingAdd(1, ordering: .relaxed) }
    func closed() { count.wrappingSubtract(1, ordering: .relaxed) }
}
