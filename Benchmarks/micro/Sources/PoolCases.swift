import HTTPStack
import Pool

extension MicroCase {
    /// Which connection serves which request.
    static let pool = [
        MicroCase("pool-reuse") { PoolState(origins: 1, sockets: 1).reuse },
        MicroCase("pool-reuse-10000-origins") { PoolState(origins: 10_000, sockets: 1).reuse },
        MicroCase("pool-queue-and-hand-over") { PoolState(origins: 1, sockets: 1).handOver },
        MicroCase("pool-dial-and-close") { PoolState(origins: 1, sockets: 1).dial },
        MicroCase("pool-sweep-1000-origins", operations: 100) { PoolState(origins: 1000, sockets: 1).sweep },
        MicroCase("origin-find") { find(among: 1) },
        MicroCase("origin-find-among-10000") { find(among: 10_000) },
    ]

    private static func find(among count: Int) -> Work {
        let hosts = (0..<count).map { "host-\($0).example.com" }
        let table = MeasuredOriginTable(hosts: hosts)
        let asked = (0..<64).map { Bytes.kept(hosts[$0 * 61 % count]) }
        return { operations in
            var known = 0
            for index in 0..<operations where table.knows(asked[index & 63], port: 80) { known &+= 1 }
            precondition(known == operations, "a host is not known")
            return known
        }
    }
}

/// A pool of one loop with connections to every origin, all of them free.
private final class PoolState {
    private var pool: Pool<Int, Int>
    private var actions = ActionBuffer()
    private var origins: [OriginRef] = []
    private var next = 0
    private var nowMs: Int64 = 1000

    init(origins count: Int, sockets: Int) {
        var limits = PoolLimits()
        limits.maxSockets = sockets
        limits.originLingerMs = .max / 2
        pool = Pool(loopIndex: 0, shared: SharedOrigins(loopCount: 1), limits: limits)
        for key in 0..<count {
            let origin = pool.origin(for: key)
            origins.append(origin)
            for _ in 0..<sockets { open(origin) }
        }
    }

    private func open(_ origin: OriginRef) {
        guard case .dial(let waiter) = pool.acquire(origin, waiter: 1, nowMs: nowMs) else {
            preconditionFailure("no dial at an origin without sockets")
        }
        let arrival = pool.dialled(origin, for: waiter, 1, nowMs: nowMs, idleLimitMs: .max / 2)
        guard case .use = arrival.action else { preconditionFailure("the dialled socket serves nobody") }
        _ = pool.release(arrival.socket, nowMs: nowMs, idleLimitMs: .max / 2, reusable: true)
    }

    private func take(_ origin: OriginRef) -> SocketRef {
        guard case .use(let socket) = pool.acquire(origin, waiter: 1, nowMs: nowMs) else {
            preconditionFailure("no free socket")
        }
        return socket
    }

    /// A request that finds a free socket, and its end; origin after origin.
    var reuse: MicroCase.Work {
        { operations in
            var sum = 0
            for _ in 0..<operations {
                let socket = self.take(self.origins[self.next])
                sum &+= self.pool[socket]
                _ = self.pool.release(socket, nowMs: self.nowMs, idleLimitMs: .max / 2, reusable: true)
                self.next = self.next &+ 1 == self.origins.count ? 0 : self.next &+ 1
            }
            return sum
        }
    }

    /// A request that waits, and gets the socket of one that ends.
    var handOver: MicroCase.Work {
        let socket = take(origins[0])
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                guard case .queued = self.pool.acquire(self.origins[0], waiter: 7, nowMs: self.nowMs),
                    case .use(let waiter) = self.pool.release(
                        socket, nowMs: self.nowMs, idleLimitMs: .max / 2, reusable: true)
                else { preconditionFailure("the waiting request was passed over") }
                sum &+= Int(waiter)
            }
            return sum
        }
    }

    /// A connection's whole life: dialled, used, closed by its origin.
    var dial: MicroCase.Work {
        let last = take(origins[0])
        pool.closed(last, &actions)
        return { operations in
            for _ in 0..<operations {
                self.open(self.origins[0])
                self.pool.closed(self.take(self.origins[0]), &self.actions)
                while self.actions.next() != nil {}
            }
            return operations
        }
    }

    /// The sweep that comes every 250 ms, with nothing to end.
    var sweep: MicroCase.Work {
        { operations in
            for _ in 0..<operations {
                self.nowMs += 250
                self.pool.sweep(nowMs: self.nowMs, &self.actions)
                precondition(self.actions.isEmpty, "the sweep ended something")
            }
            return operations
        }
    }
}
