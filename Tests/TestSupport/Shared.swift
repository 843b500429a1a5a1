import Synchronization

/// A value that several threads of a test write and read.
package final class Shared<Value: Sendable>: Sendable {
    private let storage: Mutex<Value>

    package init(_ value: Value) { storage = Mutex(value) }

    package var value: Value { storage.withLock { $0 } }

    package func update<R: Sendable>(_ body: @Sendable (inout Value) -> R) -> R {
        storage.withLock { value in body(&value) }
    }
}
