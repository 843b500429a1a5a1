import Engine

extension MicroCase {
    /// Time and memory.
    static let engine = [
        MicroCase("timer-schedule-and-cancel") { scheduleAndCancel(beside: 0) },
        MicroCase("timer-schedule-and-cancel-beside-10000") { scheduleAndCancel(beside: 10_000) },
        MicroCase("timer-schedule-and-fire") { scheduleAndFire() },
        MicroCase("timer-deadline-moved") { try moveDeadline() },
        MicroCase("block-take-and-recycle") { try takeAndRecycle() },
    ]

    /// A timer among others that is cancelled before it is due, as nearly all are.
    private static func scheduleAndCancel(beside others: Int) -> Work {
        var wheel = MeasuredWheel()
        for index in 0..<others { _ = wheel.schedule(index, dueMs: UInt64(30_000 + index * 7 % 60_000)) }
        return { operations in
            var sum = 0
            for index in 0..<operations {
                let id = wheel.schedule(index, dueMs: UInt64(5000 + index & 1023))
                sum &+= wheel.cancel(id)
            }
            return sum
        }
    }

    /// A timer that fires: one a millisecond, each 100 ms after it was scheduled.
    private static func scheduleAndFire() -> Work {
        var nowMs: UInt64 = 0
        var wheel = MeasuredWheel()
        return { operations in
            var sum = 0
            for index in 0..<operations {
                _ = wheel.schedule(index, dueMs: nowMs &+ 100)
                nowMs &+= 1
                sum &+= wheel.advance(to: nowMs)
            }
            return sum
        }
    }

    /// The deadline of a connection that moves with each message.
    private static func moveDeadline() throws -> Work {
        let loop = try EventLoop()
        let owner = LoopObject()
        var timer = LazyTimer()
        return { operations in
            for _ in 0..<operations { timer.set(loop, owner: owner, afterMs: 5000) }
            return Int(truncatingIfNeeded: timer.dueMs ?? 0)
        }
    }

    /// A read block, from the loop's stock and back.
    private static func takeAndRecycle() throws -> Work {
        let buffers = try EventLoop().buffers
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                let block = buffers.take()
                sum &+= block.room.count
                buffers.recycle(block)
            }
            return sum
        }
    }
}
