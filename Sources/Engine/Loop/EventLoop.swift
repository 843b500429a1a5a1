import CLinux
import Glibc
import Synchronization

/// One thread's epoll loop: descriptors, timers, and a mailbox for other threads.
///
/// Everything but `post`, `enqueue` and `stop` belongs to the loop's own thread. A turn of the loop waits in epoll_wait, reads
/// the clock once, hands out events (the mailbox's among them), runs those who asked for another turn, fires timers, and runs
/// what was put off until the end of the turn.
///
/// SAFETY: `@unchecked Sendable` because all mutable state but the mailbox (a lock) and the stop flag (an atomic) is only
/// touched on the loop's thread; `assertOnLoop` checks that in debug builds.
public final class EventLoop: @unchecked Sendable {
    private struct TimerPayload {
        let owner: LoopObject
        let tag: UInt8
    }

    /// Position in the process's list of loops, from 0.
    public let index: Int
    /// Blocks for reads and pending output; see `BufferPool`.
    public let buffers: BufferPool
    /// Pipes for splice; see `PipePool`.
    public let pipes: PipePool

    /// Nanoseconds on the monotonic clock, read once per turn.
    public private(set) var nowNs: UInt64
    /// Milliseconds on the monotonic clock, read once per turn.
    public var nowMs: UInt64 { nowNs / 1_000_000 }

    private let epoll: OwnedDescriptor
    private let wakeup: OwnedDescriptor
    private(set) var slots = HandlerSlots()
    private var wheel: TimerWheel<TimerPayload>
    private var dueTimers: ContiguousArray<TimerPayload> = []
    private var againList: ContiguousArray<EventHandler> = []
    private var againRunning: ContiguousArray<EventHandler> = []
    private var flushList: ContiguousArray<Socket> = []
    /// Sockets that wait for much to come, and must not wait for it in vain.
    private(set) lazy var bulkSweep = SocketSweep(self, ageMs: 1) { $0.lookForBulk() }
    private var turnHooks: [() -> Void] = []
    private var jobs = TurnJobs()
    private var locals: [ObjectIdentifier: AnyObject] = [:]
    private var refs = 0
    private var turnsWithoutTimers = 0
    private let mailbox = Mutex<[@Sendable () -> Void]>([])
    private let mailboxSignalled = Atomic<Bool>(false)
    private let stopping = Atomic<Bool>(false)
    private var thread: pthread_t?

    /// Makes a loop that is not running yet. Throws the errno of epoll_create1 or eventfd.
    public init(index: Int = 0) throws(Errno) {
        self.index = index
        let epoll = clinux_epoll_create()
        guard epoll >= 0 else { throw Errno.last }
        self.epoll = OwnedDescriptor(epoll)
        let wakeup = clinux_eventfd()
        guard wakeup >= 0 else { throw Errno.last }
        self.wakeup = OwnedDescriptor(wakeup)
        buffers = BufferPool()
        pipes = PipePool()
        nowNs = clinux_monotonic_ns()
        wheel = TimerWheel(nowMs: clinux_monotonic_ns() / 1_000_000)
        guard clinux_epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, Readiness.readable.rawValue, Self.wakeupData) == 0 else {
            throw Errno.last
        }
    }

    private static var wakeupData: UInt64 { .max }

    // MARK: Descriptors

    /// Watches `fd` for `handler`; the loop keeps the handler alive until `unregister`.
    ///
    /// Edge-triggered registrations get reading, writing and the peer's end once, and never change their interest again.
    public func register(
        _ handler: EventHandler, fd: CInt, for interest: Readiness, edgeTriggered: Bool = false, exclusive: Bool = false
    ) throws(Errno) {
        assertOnLoop()
        slots.take(for: handler)
        var events = interest
        if edgeTriggered { events.insert(.edgeTriggered) }
        if exclusive { events.insert(.exclusive) }
        if clinux_epoll_ctl(epoll.raw, EPOLL_CTL_ADD, fd, events.rawValue, slots.data(of: handler)) != 0 {
            let error = Errno.last
            slots.drop(handler)
            throw error
        }
    }

    /// Changes what a level-triggered registration waits for; an empty set silences it.
    public func modify(_ handler: EventHandler, fd: CInt, to interest: Readiness) {
        assertOnLoop()
        guard handler.slot >= 0 else { return }
        _ = clinux_epoll_ctl(epoll.raw, EPOLL_CTL_MOD, fd, interest.rawValue, slots.data(of: handler))
    }

    /// Forgets the handler: events already fetched for it are dropped by the generation guard.
    ///
    /// With `closing` the descriptor is about to be closed, which takes it out of epoll without a call of its own.
    public func unregister(_ handler: EventHandler, fd: CInt, closing: Bool) {
        assertOnLoop()
        guard handler.slot >= 0 else { return }
        if !closing { _ = clinux_epoll_ctl(epoll.raw, EPOLL_CTL_DEL, fd, 0, 0) }
        slots.drop(handler)
    }

    /// Calls `handler.ready(.again)` once more in this turn or the next without waiting for the kernel.
    public func again(_ handler: EventHandler) {
        guard !handler.isInAgainList else { return }
        handler.isInAgainList = true
        againList.append(handler)
    }

    /// Flushes `socket` when the event at hand has been dealt with. Called by the socket, once per gathering.
    func flushSoon(_ socket: Socket) { flushList.append(socket) }

    @inline(__always)
    private func flushAll() {
        guard !flushList.isEmpty else { return }
        flushGathered()
    }

    private func flushGathered() {
        // Flushing may tell an owner that its socket is blocked, and that may write to another socket.
        while let socket = flushList.popLast() { socket.flushFromList() }
    }

    /// How many descriptors are registered.
    public var registeredCount: Int { slots.count }

    // MARK: Timers

    /// Names a timer of this loop, until it has fired.
    public typealias TimerID = EngineTimerID

    /// Calls `owner.timerFired(tag)` once, `delayMs` from now. The loop keeps `owner` alive until then or until `cancel`.
    public func schedule(_ owner: LoopObject, tag: UInt8 = 0, afterMs delayMs: UInt64) -> TimerID {
        assertOnLoop()
        let id = wheel.schedule(TimerPayload(owner: owner, tag: tag), dueMs: nowMs &+ delayMs)
        return TimerID(index: id.index, generation: id.generation)
    }

    /// Cancels a timer; one that fired or was cancelled before is ignored. `id` names no timer afterwards.
    public func cancel(_ id: inout TimerID) {
        guard !id.isNone else { return }
        _ = wheel.cancel(.init(index: id.index, generation: id.generation))
        id = .none
    }

    // MARK: Other threads

    /// Runs `job` on the loop's thread, after this turn's events. May be called from any thread.
    public func post(_ job: @escaping @Sendable () -> Void) {
        mailbox.withLock { $0.append(job) }
        if !mailboxSignalled.exchange(true, ordering: .sequentiallyConsistent) {
            var one: UInt64 = 1
            _ = write(wakeup.raw, &one, 8)
        }
    }

    /// Makes `run` return after its current turn; jobs posted before are run first. May be called from any thread.
    public func stop() {
        stopping.store(true, ordering: .sequentiallyConsistent)
        post {}
    }

    /// The loop that runs on this thread now; nil on a thread that runs none.
    public static var current: EventLoop? {
        // SAFETY: set by `entered` to a loop that is kept alive until it is set back.
        clinux_current_loop().map { Unmanaged<EventLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Runs `body` as a part of this loop: the loop is `current` in it.
    private func entered<R>(_ body: () -> R) -> R {
        let outer = clinux_current_loop()
        clinux_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        defer { clinux_set_current_loop(outer) }
        return withExtendedLifetime(self, body)
    }

    /// Is the caller on the loop's thread? True as well while the loop does not run yet.
    public var isOnLoop: Bool {
        guard let thread else { return true }
        return pthread_equal(thread, pthread_self()) != 0
    }

    /// Stops with a message, in debug builds, unless the caller is on the loop's thread or the loop does not run.
    @inline(__always)
    public func assertOnLoop() {
        assert(isOnLoop, "this belongs to the thread of loop \(index)")
    }

    // MARK: This turn

    /// Calls `body` later in this turn, when what runs now has returned: `process.nextTick`.
    public func soon(_ body: @escaping () -> Void) {
        assertOnLoop()
        jobs.append(.call(body))
    }

    func soon(_ job: TurnJobs.Job) { jobs.append(job) }

    /// Runs what waits for this turn. Jobs that add jobs again and again leave the loop its other work in between.
    private func runJobs() {
        var rounds = Self.mostJobRounds
        while !jobs.isEmpty, rounds > 0 {
            rounds -= 1
            let due = jobs.take()
            for job in due {
                switch job {
                case .call(let body): body()
                case .task(let job): run(job)
                }
                flushAll()
            }
            jobs.done(due)
        }
    }

    /// The object of its class that belongs to this loop, made by `make` when it is first asked for. It goes with the loop.
    public func local<Local: AnyObject, Failure: Error>(
        _ type: Local.Type, make: () throws(Failure) -> Local
    ) throws(Failure) -> Local {
        assertOnLoop()
        if let known = knownLocal(type) { return known }
        let made = try make()
        locals[ObjectIdentifier(type)] = made
        return made
    }

    /// The object of its class that belongs to this loop, if there is one.
    public func knownLocal<Local: AnyObject>(_ type: Local.Type) -> Local? {
        assertOnLoop()
        return locals[ObjectIdentifier(type)] as? Local
    }

    /// The loop will not run again: closes the sockets that it watches, and lets go of its timers, its jobs and what `local`
    /// keeps. Nobody is told. Most of these hold the loop, which would otherwise never end.
    public func dispose() {
        precondition(thread == nil, "loop \(index) still runs")
        locals = [:]
        for handler in slots.handlers { handler.loopDisposed() }
        slots = HandlerSlots()
        wheel = TimerWheel(nowMs: nowMs)
        jobs = TurnJobs()
        _ = mailbox.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }

    // MARK: What it waits for

    /// There is one thing more that `runUntilUnreferenced` has to wait for.
    public func ref() { refs += 1 }

    /// One of the things of `ref` is over.
    public func unref() {
        refs -= 1
        assert(refs >= 0, "unref without ref")
    }

    /// Calls `hook` at the end of every turn, for work that is gathered over a turn (log lines).
    public func atEndOfTurn(_ hook: @escaping () -> Void) { turnHooks.append(hook) }

    // MARK: The turn

    /// Runs until `stop`. The calling thread is the loop's thread from now on.
    public func run() { run { true } }

    /// Runs until `stop`, or until nothing is left that `ref` announced. Jobs posted by other threads do not count.
    public func runUntilUnreferenced() { run { [unowned self] in refs > 0 || !jobs.isEmpty } }

    private func run(while isWanted: () -> Bool) {
        thread = pthread_self()
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.eventsPerTurn)
        defer { events.deallocate() }
        entered {
            if !jobs.isEmpty { runJobs() }
            while !stopping.load(ordering: .relaxed), isWanted() { turn(events, waitMs: waitMs()) }
            // What was posted before `stop` must not be lost: it may be an order to close something.
            emptyMailbox()
            runJobs()
        }
        // Nobody gets another turn, and sockets that waited for one would keep the loop alive.
        againList.removeAll()
        thread = nil
    }

    /// One turn, for tests that move a loop step by step on a thread of their own. Waits for at most `timeoutMs`.
    ///
    /// Returns the number of events that the kernel had. Not while `run` is under way.
    @discardableResult
    public func runTurn(timeoutMs: UInt64 = 0) -> Int {
        precondition(thread == nil, "loop \(index) is run by a thread already")
        return withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsPerTurn) { events in
            guard let base = events.baseAddress else { return 0 }
            let longest = CInt(min(timeoutMs, 60_000))
            let wanted = waitMs()
            return entered { turn(base, waitMs: wanted < 0 ? longest : min(wanted, longest)) }
        }
    }

    private static var eventsPerTurn: Int { 256 }
    /// How often in one turn jobs may call for jobs.
    private static var mostJobRounds: Int { 16 }
    /// Turns in a row that may pass over the timers, so that a loop under endless load keeps its deadlines as well.
    private static var mostTurnsWithoutTimers: Int { 32 }

    /// SAFETY: `events` has room for `eventsPerTurn` elements, which epoll_wait fills from the front.
    @inline(__always) @discardableResult
    private func turn(_ events: UnsafeMutablePointer<epoll_event>, waitMs: CInt) -> Int {
        let before = nowMs
        let count = Int(epoll_wait(epoll.raw, events, CInt(Self.eventsPerTurn), waitMs))
        nowNs = clinux_monotonic_ns()
        var i = 0
        while i < count {
            dispatch(clinux_event_data(events + i), Readiness(rawValue: clinux_event_flags(events + i)))
            i &+= 1
        }
        runAgainList()
        // A deadline has passed only if there was time to meet it. What arrived before the last reading of the clock has been
        // handed out now, if all of it was fetched: only deadlines up to then are due. So a process that stood still (SIGSTOP,
        // a suspended machine) or was swamped serves what came meanwhile before it looks at its timers.
        let moreMayWait = count < 0 || count == Self.eventsPerTurn
        turnsWithoutTimers = moreMayWait ? turnsWithoutTimers + 1 : 0
        if turnsWithoutTimers == 0 || turnsWithoutTimers > Self.mostTurnsWithoutTimers {
            turnsWithoutTimers = 0
            runTimers(until: before)
        }
        if !jobs.isEmpty { runJobs() }
        for hook in turnHooks { hook() }
        return max(0, count)
    }

    private func waitMs() -> CInt {
        if !againList.isEmpty || !jobs.isEmpty { return 0 }
        guard let delay = wheel.delayUntilNext(nowMs: nowMs) else { return -1 }
        return CInt(min(delay, 60_000))
    }

    private func dispatch(_ data: UInt64, _ readiness: Readiness) {
        if data == Self.wakeupData { return emptyMailbox() }
        // An event fetched before its descriptor was closed must not reach whoever took the slot since.
        guard let handler = slots.handler(of: data) else { return }
        handler.ready(readiness)
        flushAll()
    }

    private func runAgainList() {
        guard !againList.isEmpty else { return }
        swap(&againList, &againRunning)
        for handler in againRunning {
            handler.isInAgainList = false
            if handler.slot >= 0 { handler.ready(.again) }
            flushAll()
        }
        againRunning.removeAll(keepingCapacity: true)
    }

    private func runTimers(until dueMs: UInt64) {
        wheel.advance(to: dueMs) { dueTimers.append($0) }
        guard !dueTimers.isEmpty else { return }
        // Owners cancel by id and tolerate a timer that had already been collected here: see `LazyTimer`.
        for timer in dueTimers {
            timer.owner.timerFired(timer.tag)
            flushAll()
        }
        dueTimers.removeAll(keepingCapacity: true)
    }

    private func emptyMailbox() {
        var drained: UInt64 = 0
        _ = read(wakeup.raw, &drained, 8)
        mailboxSignalled.store(false, ordering: .sequentiallyConsistent)
        let jobs = mailbox.withLock { jobs in
            let taken = jobs
            jobs = []
            return taken
        }
        for job in jobs {
            job()
            flushAll()
        }
    }
}

/// Names a timer of an `EventLoop`.
public struct EngineTimerID: Equatable, Sendable {
    let index: Int32
    let generation: UInt32

    /// Names no timer.
    public static var none: EngineTimerID { EngineTimerID(index: -1, generation: 0) }
    /// Does it name no timer?
    public var isNone: Bool { index < 0 }
}
