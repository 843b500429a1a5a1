import Synchronization

@testable import Pool

/// A minimal shell around one pool: dials and closes at once, and talks to the other loops, which run at the
/// same time on other threads, through mailboxes. When its own requests are served it still answers.
final class ThreadedLoop {
    typealias Mailbox = Mutex<[Message]>

    enum Message: Sendable {
        case asked(byLoop: Int)
        case socket(GivenSocket<Int>)
        case nothing
        case slot
    }

    /// What the loops of one run have in common.
    final class Network: Sendable {
        let origins: SharedOrigins<String>
        let mailboxes: [MailboxBox]
        let finished = Atomic<Int>(0)

        final class MailboxBox: Sendable {
            let messages = Mailbox([])
        }

        init(loops: Int) {
            origins = SharedOrigins(loopCount: loops)
            mailboxes = (0..<loops).map { _ in MailboxBox() }
        }
    }

    private let network: Network
    private let index: Int
    private var pool: Pool<String, Int>
    private var actions = ActionBuffer()
    private let requests: Int
    private var sent = 0
    private var reported = false
    private var idleTurns = 0
    private var inUse: [SocketRef] = []
    private var waiting = 0
    private var served = 0

    init(_ network: Network, index: Int, requests: Int, limits: PoolLimits) {
        self.requests = requests
        self.network = network
        self.index = index
        pool = Pool(loopIndex: index, shared: network.origins, limits: limits)
    }

    /// One turn: new requests up to three at a time, mail, and the end of the requests of the turn before.
    func turn() {
        let before = served
        while sent < requests && waiting + inUse.count < 3 {
            sent += 1
            acquire(WaiterID(sent), fresh: sent % 5 == 0)
        }
        let mail = network.mailboxes[index].messages.withLock { messages in
            let taken = messages
            messages.removeAll(keepingCapacity: true)
            return taken
        }
        for message in mail { receive(message) }
        for socket in inUse.prefix(inUse.count) {
            inUse.removeFirst()
            perform(pool.release(socket, nowMs: 0, idleLimitMs: 1000, reusable: served % 7 != 0), socket)
        }
        if served == requests && inUse.isEmpty && !reported {
            reported = true
            network.finished.wrappingAdd(1, ordering: .sequentiallyConsistent)
        }
        idleTurns = served == before && mail.isEmpty && !reported ? idleTurns + 1 : 0
    }

    /// Every loop of the network has served its requests.
    var isOver: Bool { network.finished.load(ordering: .sequentiallyConsistent) == network.mailboxes.count }

    /// Gave up waiting: far more turns without news than any other loop needs for its part.
    var isStranded: Bool { idleTurns > 3_000_000 }

    private func acquire(_ id: WaiterID, fresh: Bool) {
        let origin = pool.origin(for: "origin")
        switch pool.acquire(origin, waiter: id, nowMs: 0, fresh: fresh) {
        case .use(let socket):
            use(socket)
        case .dial(let waiter):
            waiting += 1
            dial(origin, waiter)
        case .queued:
            waiting += 1
        case .ask(let loop, _):
            waiting += 1
            send(.asked(byLoop: index), to: loop)
        case .evict(let socket, _):
            waiting += 1
            pool.closed(socket, &actions)
        case .rejected(let reason):
            preconditionFailure("rejected: \(reason)")
        }
        drain()
    }

    private func receive(_ message: Message) {
        switch message {
        case .asked(let asker):
            if let given = pool.asked("origin") { send(.socket(given), to: asker) } else { send(.nothing, to: asker) }
        case .socket(let given):
            let arrival = pool.received("origin", given, nowMs: 0, &actions)
            perform(arrival.action, arrival.socket)
        case .nothing:
            pool.askFailed("origin", &actions)
        case .slot:
            pool.granted("origin", &actions)
        }
        drain()
    }

    private func perform(_ action: ReleaseAction, _ socket: SocketRef) {
        switch action {
        case .use:
            waiting -= 1
            use(socket)
        case .park:
            break
        case .close:
            pool.closed(socket, &actions)
        case .give(let loop):
            send(.socket(GivenSocket(connection: 1, idleSinceMs: 0, idleLimitMs: 1000)), to: loop)
        }
        drain()
    }

    private func drain() {
        while let action = actions.next() {
            switch action {
            case .dial(let origin, let waiter, _): dial(origin, waiter)
            case .close(let socket): pool.closed(socket, &actions)
            case .ask(_, let loop): send(.asked(byLoop: index), to: loop)
            case .grant(_, let loop): send(.slot, to: loop)
            case .dialFailed, .timedOut: preconditionFailure("\(action) without failing dials and time")
            }
        }
    }

    private func use(_ socket: SocketRef) {
        served += 1
        inUse.append(socket)
    }

    private func dial(_ origin: OriginRef, _ waiter: WaiterRef) {
        let arrival = pool.dialled(origin, for: waiter, 1, nowMs: 0, idleLimitMs: 1000)
        perform(arrival.action, arrival.socket)
    }

    private func send(_ message: Message, to loop: Int) {
        network.mailboxes[loop].messages.withLock { $0.append(message) }
    }
}
