/// Something that lives on one event loop and may own timers there.
///
/// Subclasses are confined to their loop: made, used and released on its thread.
open class LoopObject {
    /// For subclasses. Nothing is scheduled or registered yet.
    public init() {}

    /// A timer scheduled with this object as owner is due. `tag` is what was given to `EventLoop.schedule`.
    open func timerFired(_ tag: UInt8) {}
}

/// What epoll said of a descriptor, as a set.
public struct Readiness: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Bytes, a connection to accept, or EOS wait. EPOLLIN.
    public static let readable = Readiness(rawValue: 0x001)
    /// There is room to write, or connecting has ended. EPOLLOUT.
    public static let writable = Readiness(rawValue: 0x004)
    /// ERR: an error waits to be read. EPOLLERR.
    public static let error = Readiness(rawValue: 0x008)
    /// Both directions have ended. EPOLLHUP.
    public static let hangUp = Readiness(rawValue: 0x010)
    /// EOS is on its way behind what can be read. EPOLLRDHUP.
    public static let peerEnded = Readiness(rawValue: 0x2000)
    /// Not from the kernel: the object asked for another turn with `EventLoop.again`.
    public static let again = Readiness(rawValue: 1 << 29)
    static let edgeTriggered = Readiness(rawValue: 1 << 31)
    static let exclusive = Readiness(rawValue: 1 << 28)
}

/// A loop object that watches a descriptor.
open class EventHandler: LoopObject {
    /// Place in the loop's slot table, or -1 when not registered. Owned by the loop.
    var slot: Int32 = -1
    /// Already in the loop's list of those who asked for another turn.
    var isInAgainList = false

    /// The descriptor is ready, or `again` was asked for. Never called after `EventLoop.unregister`.
    open func ready(_ readiness: Readiness) {}

    /// The loop is over, without `unregister` before: the descriptor is to be closed, and nobody to be told.
    open func loopDisposed() { slot = -1 }
}
