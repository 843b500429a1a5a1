import FuzzSupport
import Pool

/// Sequences of events for the pools of one to four loops: see `PoolWorld`.
@main
enum FuzzPool {
    static func main() { Fuzzer.run(testOneInput) }

    /// Small limits, so that short sequences reach them.
    static func limits(_ input: inout FuzzInput) -> PoolLimits {
        let choice = input.byte()
        var limits = PoolLimits()
        limits.maxSockets = 1 + Int(choice & 3)
        limits.maxFreeSockets = Int(choice >> 2 & 3)
        limits.maxQueued = Int(choice >> 4 & 3) * 2
        limits.freeSurplusGraceMs = choice & 0x40 == 0 ? 0 : 400
        limits.queueTimeoutMs = 1500
        limits.idleTimeoutMs = 1200
        limits.originLingerMs = 1000
        limits.nonRetriableMaxIdleMs = choice & 0x80 == 0 ? 200 : 0
        return limits
    }

    /// One event, from one byte for its kind and one for its object.
    static func step(_ world: PoolWorld, _ input: inout FuzzInput) {
        let event = input.byte()
        let object = input.byte()
        let loop = Int(object) % world.loopCount
        switch event & 15 {
        case 0, 1, 2, 3: world.acquire(loop: loop, key: Int(object >> 4) % world.keyCount, fresh: event & 0x30 == 0)
        case 4, 5, 6:
            let idleLimitMs: Int64 = event & 0x70 == 0 ? 0 : Int64(event >> 4) * 80
            world.releaseSome(object, reusable: event & 0x80 == 0 || event & 0x40 == 0, idleLimitMs: idleLimitMs)
        case 7, 8: world.finishSomeDial(object, succeeds: event & 0x70 != 0)
        case 9, 10, 11: world.deliverSome(object)
        case 12: world.finishSomeClosing(object)
        case 13: if event & 0x10 == 0 { world.cancelSome(object) } else { world.closeSome(object) }
        case 14: world.nowMs += Int64(object) * 4
        default: world.sweep(loop)
        }
    }
}

/// One input: a byte for loops and origins, one for the limits, then two bytes an event.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let size = input.byte()
    let world = PoolWorld(
        loops: 1 + Int(size & 3), keys: 1 + Int(size >> 2 & 1), limits: FuzzPool.limits(&input))
    var events = 0
    while !input.isAtEnd, events < 200 {
        FuzzPool.step(world, &input)
        events += 1
    }
    world.shutDown()
    return 0
}
