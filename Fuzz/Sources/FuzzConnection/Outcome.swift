import CPretendKernel
import FuzzSupport

/// What the peers of one run sent and saw.
final class Outcome {
    let client: ScriptedPeer
    private(set) var origins: [ScriptedPeer] = []
    /// What the origin sends on its next connection.
    private var waiting: [UInt8] = []
    private var endsNext = false
    /// The script's resets; those that take a run down do not count.
    private(set) var clientReset = false

    init(client: ScriptedPeer) { self.client = client }

    func take(_ step: Script.Step) {
        switch step {
        case .clientSends(let bytes): client.send(bytes)
        case .clientEnds: client.end()
        case .clientResets:
            clientReset = true
            client.reset()
        case .originSends(let bytes):
            if let origin = openOrigin { origin.send(bytes) } else { waiting += bytes }
        case .originEnds:
            if let origin = openOrigin { origin.end() } else { endsNext = !waiting.isEmpty }
        case .originResets: openOrigin?.reset()
        case .timePasses(let ms): pretend_time_passes(ms)
        }
    }

    private var openOrigin: ScriptedPeer? {
        guard let last = origins.last, !last.hasEnded, !last.hasReset, !last.sawEnd, !last.sawReset else { return nil }
        return last
    }

    func accepted(_ origin: ScriptedPeer) {
        origins.append(origin)
        origin.send(waiting)
        waiting = []
        if endsNext { origin.end() }
        endsNext = false
    }

    /// Everyone reads what is there, and the end if it is. True when anyone got something.
    func receive() -> Bool {
        var any = false
        while client.receive() { any = true }
        for origin in origins { while origin.receive() { any = true } }
        return any
    }
}
