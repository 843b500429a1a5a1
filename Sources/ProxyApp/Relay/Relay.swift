import Engine
import HTTPStack
import HTTPWire

/// One relayed request, from the client's head to the last byte of the origin's answer.
///
/// Joins a server's message and response with a request of the agent's; both bodies stream, each held back when the other
/// side does not read. Pooled by its loop: the strings of a request are bytes in stores that are kept.
final class Relay: LoopObject, ClientRequestDelegate, ServerResponseDelegate, IncomingMessageDelegate, GateWaiter,
    ShapedFlowOwner
{
    let context: LoopContext
    private let agent: Agent
    private let loop: EventLoop
    private let forwarded: ForwardedHead
    var request = ClientRequest()
    var message: IncomingMessage?
    var response: ServerResponse?
    var originMessage: IncomingMessage?

    /// The head as it goes to the origin; kept until it is on a socket for good (a retry sends it again).
    private let head = ByteStore(capacity: 2048)
    /// Method and target, for the log.
    private let line = ByteStore(capacity: 512)
    private var methodCount = 0
    private var parsed: RequestTarget?
    private var destination: Destination?

    private var client = SocketAddress.unix(path: "")
    var session: ClientSession?
    private var gateTurn = GateTurn()
    private var startedNs: UInt64 = 0
    private var clientMinor: UInt8 = 1
    private var expectsContinue = false
    private var sentContinue = false
    private var wantsUpgrade = false
    private var upgrade = AskedUpgrade()
    private var maxForwards: Int64?
    private var isIdempotent = false
    private var mayStillRetry = true
    var bodyLimit: UInt64 = .max
    var bodyBytes: UInt64 = 0
    private var timer = LazyTimer()

    init(_ context: LoopContext, agent: Agent) {
        self.context = context
        self.agent = agent
        loop = context.loop
        forwarded = context.forwarded
    }

    // MARK: The client's request

    func begin(_ message: IncomingMessage, _ response: ServerResponse) {
        let head = message.head
        self.message = message
        self.response = response
        response.delegate = self
        renewRequest()
        client = response.clientAddress
        session = context.session(of: response)
        startedNs = loop.nowNs
        rememberLine(head)
        clientMinor = head.versionMinor
        do throws(ProxyError) { try forward(message) } catch { refuse(error) }
    }

    private func rememberLine(_ head: MessageHead) {
        line.reset()
        line.append(head.bytes(head.methodRange))
        methodCount = line.count
        line.append(head.bytes(head.targetRange))
    }

    private var target: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: line.bytes[methodCount...]) }

    private func forward(_ message: IncomingMessage) throws(ProxyError) {
        let head = message.head
        let target = try RequestCheck.target(of: head, via: forwarded.via)
        parsed = target
        guard let pass = try gateTurn.ask(context.gate, gateRequest(head, target), for: self) else { return }
        try forward(message, target, pass)
    }

    private func gateRequest(_ head: MessageHead, _ target: RequestTarget) -> GateRequest {
        GateRequest(head: head, target: target, client: client, session: session)
    }

    func gate(_ gate: Gate, loggedIn outcome: Result<ClientUser, ProxyError>) {
        guard gateTurn.isWaiting, let message, let parsed else { return }
        do throws(ProxyError) {
            try forward(message, parsed, try gateTurn.resume(gate, gateRequest(message.head, parsed), outcome))
        } catch { refuse(error) }
    }

    private func forward(
        _ message: IncomingMessage, _ target: RequestTarget, _ pass: GatePass
    ) throws(ProxyError) {
        let head = message.head
        if target.form == .asterisk { return answerOptions() }
        if try endsHere(head) { return }
        guard let destination = pass.destination else { return }
        self.destination = destination
        let limit = context.settings.limits.requestBodyBytes
        bodyLimit = limit > 0 ? UInt64(limit) : .max
        if case .length(let count) = message.framing, UInt64(count) > bodyLimit { throw .bodyTooLarge(limit) }
        expectsContinue = head.expectsContinue && clientMinor >= 1
        wantsUpgrade = clientMinor >= 1 && message.isComplete && upgrade.remember(head)
        if wantsUpgrade { try context.gate.takeTunnel(session) }
        session?.seat?.serve(self)
        isIdempotent = head.method.isIdempotent
        serialise(head, target, message.framing)
        if message.framing == .chunked { Self.keepNominations(head) }
        start(message, destination, isFirst: true)
    }

    /// Trailers come when the head's bytes are long gone, and what the head nominates is asked for then.
    private static func keepNominations(_ head: MessageHead) {
        if head.connection.contains(.others) { head.adopt() }
    }

    /// TRACE and OPTIONS count hops down; the one that finds none left answers. RFC 9110 7.6.2.
    private func endsHere(_ head: MessageHead) throws(ProxyError) -> Bool {
        maxForwards = nil
        guard let left = try RequestCheck.maxForwards(head) else { return false }
        if left > 0 {
            maxForwards = left - 1
            return false
        }
        if head.method == .options {
            answerOptions()
        } else if let response {
            TraceAnswer.send(head, to: response)
            finish()
        }
        return true
    }

    /// `OPTIONS *` asks about the proxy itself. RFC 9110 9.3.7.
    private func answerOptions() {
        guard let response else { return }
        response.setOwnFields(["Allow": "GET, HEAD, POST, PUT, DELETE, OPTIONS, TRACE, PATCH, CONNECT"])
        end()
    }

    private func serialise(_ head: MessageHead, _ target: RequestTarget, _ framing: BodyFraming) {
        self.head.reset()
        var writer = HeadWriter(self.head.room(head.byteCount + ForwardedHead.slack))
        forwarded.write(
            request: head, target: target, framing: framing, upgrade: wantsUpgrade, maxForwards: maxForwards,
            client: client, to: &writer)
        precondition(!writer.overflowed, "a forwarded head outgrew its room: \(head.byteCount) bytes received")
        self.head.commit(writer.count)
    }

    private func start(_ message: IncomingMessage, _ destination: Destination, isFirst: Bool) {
        if !isFirst {
            renewRequest()
            request.prepare()
        }
        let request = request
        request.delegate = self
        request.method = message.head.method
        request.headBytes = head.bytes
        request.framing = message.framing
        request.wantsUpgrade = wantsUpgrade
        // What may not be sent twice must not meet a socket that the origin is just closing.
        request.freshness = !isFirst ? .new : isIdempotent && message.framing == .none ? .any : .recent
        mayStillRetry = isFirst && isIdempotent && message.isComplete
        request.judge = destination
        agent.start(request, to: destination.origin)
    }

    /// The connection of the request's last use may still be on the stack and hold it.
    private func renewRequest() {
        if !isKnownUniquelyReferenced(&request) { request = ClientRequest() }
    }

    // MARK: The origin's side

    func requestAssigned(_ request: ClientRequest) {
        guard let message else { return }
        if message.isComplete { return request.end(trailersOf: message) }
        message.delegate = self
        let shaped = session?.seat?.toOrigin
        if case .length(let count) = message.framing, count >= spliceFromBytes {
            message.splice(to: shaped.map { ShapedSink(request, $0, message) } ?? request, fromBytes: spliceFromBytes)
        }
        if expectsContinue {
            timer.set(loop, owner: self, afterMs: UInt64(context.settings.timeouts.continueWaitMs))
        }
        if !request.isBlocked, !(shaped?.isSpent ?? false) { message.resume() }
    }

    /// The origin is silent about 100-continue: the client is not made to wait for it. RFC 9110 10.1.1.
    override func timerFired(_ tag: UInt8) {
        guard timer.fired(loop, owner: self), let response, !sentContinue, !response.headersSent else { return }
        sentContinue = true
        response.writeContinue()
    }

    func request(_ request: ClientRequest, information head: MessageHead) {
        // An interim response is advice: a client that does not read gets none, so that none pile up.
        guard let response, !response.headersSent, clientMinor >= 1, !response.isBlocked else { return }
        if head.status == 100 {
            guard !sentContinue else { return }
            sentContinue = true
        }
        guard let room = response.headRoom(head.byteCount + ForwardedHead.slack) else { return }
        var writer = HeadWriter(room)
        forwarded.write(information: head, to: &writer)
        response.commitInformation(writer.overflowed ? 0 : writer.count)
    }

    func request(_ request: ClientRequest, response origin: IncomingMessage) {
        guard let response else { return request.abort() }
        // It did not switch protocols. To be told before the end, in which the client's next request may begin.
        if wantsUpgrade { session?.seat?.closeTunnel() }
        let head = origin.head
        let bodiless = origin.framing == .none
        var framing = origin.framing
        if framing == .untilClose || framing == .chunked { framing = clientMinor >= 1 ? .chunked : .untilClose }
        // The upload may be unfinished: the server drains or closes behind this answer.
        let persist = response.mayPersist && framing != .untilClose && !isBodyHeldBack
        guard let room = response.headRoom(min(head.byteCount + ForwardedHead.slack, Block.capacity)) else {
            return request.abort()
        }
        var writer = HeadWriter(room)
        forwarded.write(
            response: head, framing: framing, clientMinor: clientMinor, persist: persist, bodiless: bodiless,
            to: &writer)
        guard !writer.overflowed else {
            response.commitInformation(0)
            request.abort()
            return refuse(ExchangeFailure(.badResponse, detail: "its head is too large."))
        }
        response.commitHead(writer.count, status: head.status, framing: framing, persist: persist)
        originMessage = origin
        origin.delegate = self
        if origin.framing == .chunked { Self.keepNominations(head) }
        let shaped = session?.seat?.toClient
        if case .length(let count) = framing, count >= spliceFromBytes {
            origin.splice(to: shaped.map { ShapedSink(response, $0, origin) } ?? response, fromBytes: spliceFromBytes)
        }
        if !response.isBlocked, bodiless || !(shaped?.isSpent ?? false) { origin.resume() }
    }

    /// Does the client perhaps still wait for 100 (Continue)? A final answer in its place leaves open whether the body follows,
    /// and what comes next might be taken for it: the answer has to say what is meant (RFC 9110 10.1.1), and closes.
    private var isBodyHeldBack: Bool {
        expectsContinue && !sentContinue && !(message?.isComplete ?? true) && message?.payloadBytes == 0
    }

    func request(
        _ request: ClientRequest, upgraded head: MessageHead, socket: Socket, early: UnsafeRawBufferPointer
    ) {
        guard upgrade.isMet(by: head) else {
            socket.close()
            let failure = ExchangeFailure(.badResponse, detail: "it switched to a protocol that was not asked for.")
            return refuse(failure)
        }
        guard let response, let room = response.headRoom(head.byteCount + ForwardedHead.slack) else {
            return socket.close()
        }
        var writer = HeadWriter(room)
        forwarded.write(switching: head, to: &writer)
        guard !writer.overflowed else {
            response.commitInformation(0)
            socket.close()
            return refuse(ExchangeFailure(.badResponse, detail: "its head is too large."))
        }
        response.commitHead(writer.count, status: 101, framing: .none, persist: false)
        let session = context.takeTunnel()
        session.begin(client: client, session: self.session, startedNs: startedNs, line: line, methodCount)
        session.adopt(request)
        self.response = nil
        response.delegate = nil
        response.takeOver { client, clientEarly, clientEnded in
            session.open(
                client: client, origin: socket, toOrigin: clientEarly, toClient: early, clientEnded: clientEnded,
                status: 101)
        }
        if !session.isOpen {
            socket.close()
            context.recycle(session)
        }
        self.session = nil
        recycle()
    }

    func request(_ request: ClientRequest, failed failure: ExchangeFailure) {
        if failure.isStaleSocket, mayStillRetry, bodyBytes == 0, response != nil, let message, let destination {
            context.counters.retried &+= 1
            return start(message, destination, isFirst: false)
        }
        refuse(failure)
    }

    // MARK: The client's side

    func responseAborted(_ response: ServerResponse, _ failure: ClientFailure) {
        if gateTurn.isWaiting { context.gate.cancel(self) }
        request.abort()
        if failure.isAnswerable, !response.headersSent { return refuse(ProxyError(failure)) }
        finish(failure: FailureReport(failure))
    }

    // MARK: The end

    private func refuse(_ failure: ExchangeFailure) {
        guard let destination else { return }
        refuse(ProxyError(failure, destination))
    }

    func refuse(_ error: ProxyError) {
        guard let response else { return }
        if wantsUpgrade { session?.seat?.closeTunnel() }
        message?.delegate = nil
        let hadHead = response.headersSent
        let report = FailureReport(error)
        // An unread body, or one the client may still send, would be in the way of the next request.
        context.errors.send(
            error, report, to: response, asHTML: prefersHTML,
            closing: error.endsConnection || !(message?.isComplete ?? false))
        finish(status: hadHead ? response.statusCode : error.status, failure: report)
    }

    /// Asked for the rare failure alone: of the head that was serialised, as the received one may be gone by then.
    private var prefersHTML: Bool {
        if head.count > 0 { return AcceptField(head: head.bytes).prefersHTML }
        return message.map { AcceptField($0.head).prefersHTML } ?? false
    }

    private func end() {
        guard let response else { return }
        response.end()
        finish(response)
    }

    func finish(status: Int? = nil, failure: FailureReport? = nil) {
        if let response { finish(response, status: status, failure: failure) }
    }

    func finish(_ response: ServerResponse, status: Int? = nil, failure: FailureReport? = nil) {
        guard response === self.response else { return }
        let now = loop.nowNs
        var record = AccessRecord(client: client)
        record.user = gateTurn.user
        record.method = UnsafeRawBufferPointer(rebasing: line.bytes[..<methodCount])
        record.target = target
        record.status = status ?? (response.headersSent ? response.statusCode : 0)
        record.toOriginBytes = request.payloadBytes
        record.toClientBytes = response.payloadBytes
        record.resolveNs = request.resolveNs
        record.connectNs = request.connectNs
        record.firstByteNs = request.firstByteNs > startedNs ? request.firstByteNs - startedNs : 0
        record.totalNs = now - startedNs
        record.isReused = request.isReusedSocket
        if failure != nil, let parsed {
            record.host = UnsafeRawBufferPointer(rebasing: target[Int(parsed.host.start)..<parsed.host.end])
            record.port = parsed.port ?? 80
        }
        context.finished(record, failure: failure)
        recycle()
    }

    private func recycle() {
        let request = request
        timer.clear()
        // The client's connection may live on for a while with what is left to send or to drop: not this relay's business.
        message?.delegate = nil
        response?.delegate = nil
        originMessage?.delegate = nil
        message = nil
        response = nil
        session?.seat?.release(self)
        session = nil
        gateTurn = GateTurn()
        destination = nil
        parsed = nil
        head.reset()
        originMessage = nil
        if !request.isOver { request.abort() }
        request.prepare()
        expectsContinue = false
        sentContinue = false
        bodyBytes = 0
        context.recycle(self)
    }
}
