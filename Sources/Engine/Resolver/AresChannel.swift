import CAres
import CLinux
import Glibc

/// DNS by c-ares: one channel, whose sockets and time-outs are driven by an event loop.
///
/// c-ares says which sockets it wants watched (`socketChanged`), is told when they are ready (`process`), and is called
/// again when its next time-out is due. It asks single questions here: which ones, and how long all of them may take, is
/// `AresLookup`'s business, whatever c-ares does with its tries.
///
/// SAFETY: `@unchecked Sendable`, and safe around a library without locks, because the channel is made in `init`, before
/// anyone else knows it, and from then on used only on `loop`'s thread: `lookUp` and `close` are called there, events and
/// timers arrive there, and c-ares calls back only from within calls made there. c-ares holds this object unretained; the
/// channel is destroyed before the object goes, in `close` or `deinit`.
final class AresChannel: LoopObject, @unchecked Sendable {
    private let searchList: SearchList
    private let loop: EventLoop
    private let family: ResolverOptions.Family
    private let budgetMs: UInt64
    private var channel: ares_channel?
    private var sockets: [CInt: AresSocket] = [:]
    private var retryTimer = LazyTimer()

    /// c-ares's tables are set up once for the process; a static is initialised once whoever comes first.
    private static let libraryStatus = ares_library_init(CInt(ARES_LIB_INIT_ALL))

    init(options: ResolverOptions, loop: EventLoop) throws(ResolveError) {
        guard Self.libraryStatus == ARES_SUCCESS else { throw .noResources }
        self.loop = loop
        budgetMs = options.timeoutMs
        family = options.family
        let settings = try AresSettings(options: options)
        searchList = settings.searchList
        super.init()
        channel = try settings.makeChannel(
            socketState: { context, fd, readable, writable in
                guard let context else { return }
                Unmanaged<AresChannel>.fromOpaque(context).takeUnretainedValue()
                    .socketChanged(fd, readable: readable != 0, writable: writable != 0)
            },
            context: Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        if let channel { ares_destroy(channel) }
    }

    /// Might domains be appended to a name without a root dot?
    var mayAppendDomains: Bool { !searchList.isEmpty }

    /// Asks the servers for `host`. See `LookupSource.lookUp` for when `report` is called.
    func lookUp(_ host: HostName, report: @escaping (LookupOutcome) -> Void) {
        AresLookup(
            searchList.names(for: host), family: family, budgetMs: budgetMs, channel: self, loop: loop, report: report
        ).start()
    }

    /// Asks the servers, all tries of each of them; the question is told of the answer, perhaps from within this call.
    func ask(_ question: AresQuestion) {
        guard let channel else { return question.answered(.failure(.cancelled)) }
        question.ask(channel)
        armRetryTimer()
    }

    /// Ends every look-up with `.cancelled` and closes all sockets.
    func close() {
        guard let channel else { return }
        self.channel = nil
        ares_destroy(channel)
        retryTimer.cancel(loop)
    }

    /// c-ares can go on with `fd`.
    func process(_ fd: CInt, _ readiness: Readiness) {
        guard let channel else { return }
        // An error is found by reading or writing, whichever c-ares waits for.
        let failed = !readiness.isDisjoint(with: [.error, .hangUp])
        let bad = ares_socket_t(-1)
        ares_process_fd(
            channel, failed || readiness.contains(.readable) ? fd : bad,
            failed || readiness.contains(.writable) ? fd : bad)
        armRetryTimer()
    }

    override func timerFired(_ tag: UInt8) {
        guard retryTimer.fired(loop, owner: self), let channel else { return }
        ares_process_fd(channel, -1, -1)
        armRetryTimer()
    }

    /// c-ares wants `fd` watched in another way; neither readable nor writable means that it is about to close it.
    private func socketChanged(_ fd: CInt, readable: Bool, writable: Bool) {
        var interest: Readiness = []
        if readable { interest.insert(.readable) }
        if writable { interest.insert(.writable) }
        if let socket = sockets[fd] {
            if interest.isEmpty {
                sockets[fd] = nil
                loop.unregister(socket, fd: fd, closing: true)
            } else {
                loop.modify(socket, fd: fd, to: interest)
            }
        } else if !interest.isEmpty {
            let socket = AresSocket(fd: fd, channel: self)
            // When the kernel refuses to watch it, the look-up ends by its budget.
            guard (try? loop.register(socket, fd: fd, for: interest)) != nil else { return }
            sockets[fd] = socket
        }
    }

    private func armRetryTimer() {
        guard let channel else { return }
        var next = timeval()
        guard ares_timeout(channel, nil, &next) != nil else { return retryTimer.clear() }
        let delayMs = UInt64(max(0, next.tv_sec)) * 1_000 + UInt64(max(0, next.tv_usec) + 999) / 1_000
        retryTimer.set(loop, owner: self, afterMs: max(1, delayMs))
    }
}
