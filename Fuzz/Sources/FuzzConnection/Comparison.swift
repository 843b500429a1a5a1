import FuzzSupport

/// Holds what the origin saw against what the client sent, and the other way round.
///
/// - Every request at the origin is one that a strict reader finds in the client's bytes, in order; it is complete only if
///   the client's is; bytes of a refused message appear nowhere.
/// - Every answer at the client is the proxy's own, or the origin's answer to that very request; it is complete only if the
///   origin's is.
/// - An answer that the origin completed reaches a client that is still there.
struct Comparison {
    private let outcome: Outcome
    private var asked: RequestView
    private var received: [RequestView]
    private let answered: [ResponseView]
    private let answers: ResponseView

    init(_ outcome: Outcome) {
        self.outcome = outcome
        asked = RequestView(outcome.client.sent)
        received = outcome.origins.map { RequestView($0.received, .forwarded) }
        let methods = asked.requests.map(\.head.method)
        // Whether the refusal of a broken HEAD has a body depends on whether its method was still legible.
        let read = { (last: String) in
            ResponseView(
                outcome.client.received, methods: methods + [Array(last.utf8)], ended: outcome.client.sawEnd, .forwarded
            )
        }
        let asToHead = read("HEAD")
        answers = asToHead.isIllegal ? read("GET") : asToHead
        answered = zip(outcome.origins, received).map { origin, view in
            ResponseView(
                origin.sent, methods: view.requests.map(\.head.method), ended: origin.hasEnded)
        }
    }

    mutating func check() {
        require(!answers.isIllegal, "not HTTP to the client: \(quoted(outcome.client.received))")
        let served = answers.responses.count
        if answers.tunnelStart != nil {
            checkTunnel()
        } else if outcome.clientReset || outcome.client.sawReset {
            checkUnseenUpgrade()
        }
        let places = matchRequests()
        let isCutShort: Bool =
            switch asked.end {
            case .illegal, .insideHead: true
            default: false
            }
        require(
            served <= asked.requests.count + (isCutShort ? 1 : 0),
            "\(served) answers to \(asked.requests.count) requests: \(quoted(outcome.client.received))")
        for (index, answer) in answers.responses.enumerated() {
            checkAnswer(answer, candidates: candidates(places, for: index), index)
        }
        checkLiveness(places)
    }

    // MARK: Requests

    private func matchRequests() -> [RequestMatch.Place] {
        for (origin, view) in received.enumerated() {
            let peer = outcome.origins[origin]
            switch view.end {
            case .boundary, .insideBody: break
            default:
                if view.requests.last?.body.state == .incomplete { break }
                require(peer.sawReset || peer.hasReset, "not HTTP to the origin: \(quoted(peer.received))")
            }
        }
        // Names that mean the same origin, `o` and `o.`, have connections of their own, and take turns on them.
        let groups = Dictionary(grouping: received.indices.filter { !received[$0].requests.isEmpty }) {
            received[$0].requests[0].head.values("host").map { ByteSet.lowercased($0) }
        }
        var places: [RequestMatch.Place] = []
        for origins in groups.values {
            let found = RequestMatch.find(
                counts: origins.map { received[$0].requests.count }, asked: asked.requests.count
            ) {
                isSame(received[origins[$0]].requests[$1], asked.requests[$2])
            }
            guard let found else {
                failed(
                    "the origins got \(outcome.origins.map { quoted($0.received) }), "
                        + "but the client sent \(quoted(outcome.client.sent))")
            }
            places += found.map { RequestMatch.Place(asked: $0.asked, origin: origins[$0.origin], index: $0.index) }
        }
        return places
    }

    private func isSame(_ seen: RequestView.Request, _ sent: RequestView.Request) -> Bool {
        guard let target = sent.target, target.form == .absolute, seen.head.method == sent.head.method,
            seen.head.minor == 1, seen.head.target == Self.path(target, method: sent.head.method),
            seen.head.values("host") == [Self.authority(target)], seen.framing == sent.framing,
            EndToEnd.requestFields(seen.head, via: true) == EndToEnd.requestFields(sent.head, via: false)
        else { return false }
        if seen.end != nil {
            return sent.end != nil && seen.body.payload == sent.body.payload
                && EndToEnd.isPart(seen.body.trailers, of: sent.body.trailers)
        }
        return sent.body.payload.starts(with: seen.body.payload)
    }

    /// May an origin see these two requests as the same?
    private static func areAlike(_ one: RequestView.Request, _ other: RequestView.Request) -> Bool {
        guard let target = one.target, let otherTarget = other.target else { return false }
        let method = one.head.method
        return method == other.head.method && path(target, method: method) == path(otherTarget, method: method)
            && authority(target) == authority(otherTarget)
            && EndToEnd.requestFields(one.head, via: false) == EndToEnd.requestFields(other.head, via: false)
    }

    private static func path(_ target: ReferenceTarget, method: [UInt8]) -> [UInt8] {
        if target.path.isEmpty { return method == Array("OPTIONS".utf8) ? [0x2a] : [0x2f] }
        return target.path[0] == 0x2f ? target.path : [0x2f] + target.path
    }

    private static func authority(_ target: ReferenceTarget) -> [UInt8] {
        let host = target.isIPv6 ? [0x5b] + target.host + [0x5d] : target.host
        guard let port = target.port, port != 80 else { return host }
        return host + Array(":\(port)".utf8)
    }

    // MARK: Answers

    /// Where the answer to a request may have come from. Requests that are the same in every byte cannot be told apart.
    private func candidates(_ places: [RequestMatch.Place], for index: Int) -> [RequestMatch.Place] {
        guard index < asked.requests.count else { return [] }
        return places.filter {
            $0.asked == index || isSame(received[$0.origin].requests[$0.index], asked.requests[index])
        }
    }

    private func checkAnswer(_ answer: ResponseView.Response, candidates: [RequestMatch.Place], _ index: Int) {
        var originals = candidates.compactMap { place -> ResponseView.Response? in
            let view = answered[place.origin]
            return place.index < view.responses.count ? view.responses[place.index] : nil
        }
        let interim = candidates.flatMap { place -> [ReferenceHead] in
            let view = answered[place.origin]
            return place.index < view.responses.count ? view.responses[place.index].interim : view.interim
        }
        for head in answer.interim {
            let isOwn = head.status == 100 && head.fields.isEmpty
            require(
                isOwn || interim.contains { EndToEnd.isSame(head, $0) }, "an interim answer of nobody's: \(head)")
        }
        guard EndToEnd.isForwarded(answer.head) else { return }
        originals.removeAll { !EndToEnd.isSame(answer.head, $0.head) }
        let isWhole = originals.contains { original in
            if answer.isComplete {
                return original.isComplete && answer.body.payload == original.body.payload
                    && EndToEnd.isPart(answer.body.trailers, of: original.body.trailers)
            }
            return original.body.payload.starts(with: answer.body.payload)
        }
        require(
            isWhole,
            "answer \(index) is not the origin's: \(quoted(outcome.client.received)); "
                + "sent: \(outcome.origins.map { quoted($0.sent) })")
    }

    /// Only runs without a reset and with a client that still waits: everything else may cut an answer short.
    private func checkLiveness(_ places: [RequestMatch.Place]) {
        let client = outcome.client
        guard !client.hasEnded, !client.sawEnd, !client.sawReset, !outcome.clientReset else { return }
        // With requests that are the same to an origin, a retry cannot be told from the next.
        let all = asked.requests
        guard !all.indices.contains(where: { late in all[..<late].contains { Self.areAlike($0, all[late]) } }) else {
            return
        }
        for place in places where answers.tunnelStart == nil {
            let view = answered[place.origin]
            guard place.index < view.responses.count, view.responses[place.index].isComplete,
                asked.requests[place.asked].end != nil, !outcome.origins[place.origin].wasReset
            else { continue }
            let isThere = place.asked < answers.responses.count && answers.responses[place.asked].isComplete
            require(
                isThere,
                "answer \(place.asked) is stuck: \(quoted(client.received)), the client sent \(quoted(client.sent)), "
                    + "the origin \(quoted(outcome.origins[place.origin].sent))")
        }
    }

    // MARK: Tunnels

    /// Behind a 101 or a 2xx to CONNECT the bytes of both sides must be the same, and are no messages any more.
    private mutating func checkTunnel() {
        guard let start = answers.tunnelStart, let last = answers.responses.last else { return }
        let index = answers.responses.count - 1
        require(index < asked.requests.count, "a tunnel that nobody asked for: \(last.head)")
        let request = asked.requests[index]
        let toClient = Array(outcome.client.received[start...])
        guard let end = request.end else { failed("a tunnel behind half a request") }
        let fromClient = Array(outcome.client.sent[end...])
        if last.head.status == 101 {
            guard let origin = answered.lastIndex(where: { $0.responses.last?.head.status == 101 }),
                let originStart = answered[origin].tunnelStart
            else { failed("101 from nobody: \(quoted(outcome.client.received))") }
            let count = answered[origin].responses.count
            require(count <= received[origin].requests.count, "101 to a request that was not sent")
            let upgraded = received[origin].requests[count - 1]
            guard let upgradedEnd = upgraded.end else { failed("101 to half a request") }
            compareTunnel(
                toClient, fromClient, originSent: Array(outcome.origins[origin].sent[originStart...]),
                originGot: Array(outcome.origins[origin].received[upgradedEnd...]))
            received[origin].keep(count)
        } else {
            require(request.head.method == Array("CONNECT".utf8), "a tunnel for \(request.head)")
            if let origin = outcome.origins.last {
                compareTunnel(toClient, fromClient, originSent: origin.sent, originGot: origin.received)
                received[received.count - 1].keep(0)
            } else {
                // The last packet of the handshake waits for the first bytes: an origin may never hear of a tunnel without any.
                require(toClient.isEmpty && fromClient.isEmpty, "a tunnel to nowhere: \(quoted(fromClient))")
            }
        }
        asked.keep(index + 1)
    }

    /// A client that resets may not see the 101 that let its bytes through to the origin.
    private mutating func checkUnseenUpgrade() {
        guard let origin = answered.lastIndex(where: { $0.responses.last?.head.status == 101 }) else { return }
        let count = answered[origin].responses.count
        guard count <= received[origin].requests.count else { return }
        let upgraded = received[origin].requests[count - 1]
        guard let upgradedEnd = upgraded.end else { return }
        let originGot = outcome.origins[origin].received[upgradedEnd...]
        let sent = outcome.client.sent
        require(
            asked.requests.contains { request in
                isSame(upgraded, request) && request.end.map { sent[$0...].starts(with: originGot) } ?? false
            }, "the tunnel gave \(quoted(originGot)) for \(quoted(sent))")
        received[origin].keep(count)
    }

    private func compareTunnel(_ toClient: [UInt8], _ fromClient: [UInt8], originSent: [UInt8], originGot: [UInt8]) {
        require(originSent.starts(with: toClient), "the tunnel gave \(quoted(toClient)) for \(quoted(originSent))")
        require(fromClient.starts(with: originGot), "the tunnel gave \(quoted(originGot)) for \(quoted(fromClient))")
    }
}
