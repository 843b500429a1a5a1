import Engine
import TestSupport

@testable import Tunnel

/// A tunnel on its own loop with a test at both ends.
///
/// SAFETY: `@unchecked Sendable`: `tunnel`, `waiting` and `ends` are touched on the loop's thread alone.
final class TunnelRig: TunnelOwner, @unchecked Sendable {
    let home: RunningLoop
    let client: Peer
    let origin: Peer
    private let sockets: (client: CInt, origin: CInt)
    private let options: TunnelOptions
    private var tunnel: Tunnel?
    private var ends: [TunnelEnd] = []
    private var counts: Counts?
    private var waiting: CheckedContinuation<TunnelEnd, Never>?

    struct Counts: Equatable, Sendable {
        var toOrigin: UInt64
        var toClient: UInt64
    }

    /// What the loop has lent to the tunnel.
    struct Held: Equatable, Sendable {
        var blocks: Int
        var pipes: Int
    }

    init(_ kind: Peer.Kind = .unix, bufferBytes: CInt? = nil, options: TunnelOptions = TunnelOptions()) throws {
        home = try RunningLoop()
        let near = try Peer.pair(kind, bufferBytes: bufferBytes)
        let far = try Peer.pair(kind, bufferBytes: bufferBytes)
        client = near.peer
        origin = far.peer
        sockets = (near.engine, far.engine)
        self.options = options
    }

    /// Joins the sockets on the loop. `early` bytes were read behind heads before.
    func start(
        earlyToOrigin: [UInt8] = [], earlyToClient: [UInt8] = [], clientEnded: Bool = false, originEnded: Bool = false,
        meters: (fromClient: HandMeter?, fromOrigin: HandMeter?)? = nil
    ) async {
        await home.on { [self] loop in
            guard let client = try? Socket(loop: loop, descriptor: OwnedDescriptor(sockets.client)),
                let origin = try? Socket(loop: loop, descriptor: OwnedDescriptor(sockets.origin))
            else { return }
            let made = Tunnel(loop: loop, client: client, origin: origin, options: options, owner: self)
            tunnel = made
            if let meters { made.shape(fromClient: meters.fromClient, fromOrigin: meters.fromOrigin) }
            earlyToOrigin.withUnsafeBytes { made.deliverEarly($0, to: .origin) }
            earlyToClient.withUnsafeBytes { made.deliverEarly($0, to: .client) }
            made.start(clientEnded: clientEnded, originEnded: originEnded)
        }
    }

    func tunnelEnded(_ tunnel: Tunnel, _ end: TunnelEnd) {
        ends.append(end)
        counts = Counts(toOrigin: tunnel.bytesToOrigin, toClient: tunnel.bytesToClient)
        self.tunnel = nil
        waiting?.resume(returning: end)
        waiting = nil
    }

    /// Waits for the tunnel's end.
    func end() async -> TunnelEnd {
        await withCheckedContinuation { done in
            home.loop.post { [self] in
                if let end = ends.first { done.resume(returning: end) } else { waiting = done }
            }
        }
    }

    /// Allows `count` bytes more to come from `side`.
    func allow(_ count: UInt64, from side: TunnelSide, _ meter: HandMeter) async {
        await home.on { [self] _ in
            meter.left += count
            tunnel?.resume(side)
        }
    }

    /// Allows `count` bytes each time that none are left.
    func refill(_ meter: HandMeter, by count: UInt64, from side: TunnelSide) async {
        await home.on { [self] loop in
            meter.whenSpent = { [weak self] in
                loop.soon {
                    meter.left = count
                    self?.tunnel?.resume(side)
                }
            }
        }
    }

    func stop() async { await home.on { [self] _ in tunnel?.stop() } }

    /// How often the owner was told of an end.
    var endCount: Int { get async { await home.on { [self] _ in ends.count } } }

    var bytes: Counts {
        get async {
            await home.on { [self] _ in
                counts ?? Counts(toOrigin: tunnel?.bytesToOrigin ?? 0, toClient: tunnel?.bytesToClient ?? 0)
            }
        }
    }

    var isHalfClosed: Bool { get async { await home.on { [self] _ in tunnel?.isHalfClosed ?? false } } }

    var held: Held {
        get async { await home.on { loop in Held(blocks: loop.buffers.inUse, pipes: loop.pipes.inUse) } }
    }

    var registered: Int { get async { await home.on { $0.registeredCount } } }

    /// How many turns the loop takes in so many milliseconds of its own clock: few, when nothing happens.
    func turns(duringMs limitMs: UInt64) async -> Int {
        await withCheckedContinuation { done in
            home.loop.post { [loop = home.loop] in _ = TurnCount(loop, limitMs: limitMs, done) }
        }
    }

    /// Counts turns, held by its timer.
    private final class TurnCount: LoopObject {
        private var turns = 0
        private let done: CheckedContinuation<Int, Never>

        init(_ loop: EventLoop, limitMs: UInt64, _ done: CheckedContinuation<Int, Never>) {
            self.done = done
            super.init()
            loop.atEndOfTurn { [weak self] in self?.turns += 1 }
            _ = loop.schedule(self, afterMs: limitMs)
        }

        override func timerFired(_ tag: UInt8) { done.resume(returning: turns) }
    }

    /// Ends the loop. What is left of the tunnel is stopped first, so that it lets go of its sockets.
    func close() async {
        await stop()
        home.end()
    }
}
