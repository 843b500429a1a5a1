/// Who gets the events of which registration. Names are reused, and a generation guards against events that were fetched for
/// whoever had the name before.
struct HandlerSlots {
    private struct Slot {
        var handler: EventHandler?
        var generation: UInt32
        var nextFree: Int32
    }

    private var slots: ContiguousArray<Slot> = []
    private var firstFree: Int32 = -1
    /// How many are taken.
    private(set) var count = 0

    /// Gives the handler a slot, and notes it there.
    @inline(__always)
    mutating func take(for handler: EventHandler) {
        precondition(handler.slot < 0, "handler is registered already in slot \(handler.slot)")
        count += 1
        if firstFree >= 0 {
            let index = firstFree
            firstFree = slots[Int(index)].nextFree
            slots[Int(index)].handler = handler
            handler.slot = index
        } else {
            handler.slot = Int32(slots.count)
            slots.append(Slot(handler: handler, generation: 1, nextFree: -1))
        }
    }

    /// Takes the handler's slot away.
    @inline(__always)
    mutating func drop(_ handler: EventHandler) {
        let index = Int(handler.slot)
        handler.slot = -1
        count -= 1
        slots[index].handler = nil
        slots[index].generation &+= 1
        slots[index].nextFree = firstFree
        firstFree = Int32(index)
    }

    /// What epoll hands back with an event of the handler's: its slot and the generation.
    @inline(__always)
    func data(of handler: EventHandler) -> UInt64 {
        UInt64(slots[Int(handler.slot)].generation) << 32 | UInt64(UInt32(bitPattern: handler.slot))
    }

    /// The handler that `data` was made for, if it has its slot still.
    @inline(__always)
    func handler(of data: UInt64) -> EventHandler? {
        let index = Int(UInt32(truncatingIfNeeded: data))
        guard index < slots.count, slots[index].generation == UInt32(truncatingIfNeeded: data >> 32) else { return nil }
        return slots[index].handler
    }

    /// All handlers that have a slot.
    var handlers: [EventHandler] { slots.compactMap(\.handler) }
}
