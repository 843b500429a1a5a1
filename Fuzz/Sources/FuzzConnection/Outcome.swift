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

    /// True when anyone got something.
    func receive() -> Bool {
        var any = client.receive()
        for origin in origins where origin.receive() { any = true }
        return any
    }

    /// Does the client name another host than the origin? Looked for coarsely: too often is harmless.
    var namesOthers: Bool {
        let text = client.sent
        guard text.count >= 3 else { return false }
        // A name ends up at the resolver behind `//` or behind `CONNECT `.
        for index in 2..<text.count {
            let isURL = text[index - 1] == 0x2f && text[index - 2] == 0x2f
            let isConnect = text[index - 1] == 0x20 && text[index - 2] == 0x54
            guard isURL || isConnect else { continue }
            let isOrigin =
                text[index] | 0x20 == 0x6f && index + 1 < text.count
                && [0x3a, 0x2f, 0x3f, 0x20].contains(text[index + 1])
            if !isOrigin { return true }
        }
        return false
    }
}
