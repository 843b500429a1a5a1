import Synchronization

/// A value that several threads of a test write and read.
final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    init(_ value: Value) { storage = Mutex(value) }

    var value: Value { storage.withLock { $0 } }

    func update<R: Sendable>(_ body: @Sendable (inout Value) -> R) -> R {
        storage.withLock { value in body(&value) }
    }
}
