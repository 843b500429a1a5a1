import Engine
import HTTPStack
import HTTPWire
import Policy

/// A CONNECT request until it is a tunnel or an error: checks it, dials, and answers 200 only when the origin is connected.
///
/// Bytes that the client sends ahead are held until then (at most a block of them is read), and go to the origin exactly as
/// they came. Used for one request after another.
final class ConnectSession: NameDialOwner, ServerResponseDelegate, GateWaiter {
    private let context: LoopContext
    private var response: ServerResponse?
    private var message: IncomingMessage?
    private var target: RequestTarget?
    private var client = SocketAddress.unix(path: "")
    private var session: ClientSession?
    private var gateTurn = GateTurn()
    private let line = ByteStore(capacity: 128)
    private var methodCount = 0
    /// Kept from request to request; nil before the first.
    private var dial: NameDial?
    private var startedNs: UInt64 = 0
    private var destination: Destination?
    private var prefersHTML = false

    init(_ context: LoopContext) { self.context = context }

    func begin(_ message: IncomingMessage, _ response: ServerResponse) {
        let head = message.head
        self.message = message
        self.response = response
        response.delegate = self
        client = response.clientAddress
        session = context.session(of: response)
        startedNs = context.loop.nowNs
        line.reset()
        line.append(head.bytes(head.methodRange))
        methodCount = line.count
        line.append(head.bytes(head.targetRange))
        prefersHTML = AcceptField(head).prefersHTML
        do throws(ProxyError) { try connect(head) } catch { refuse(error) }
    }

    private func connect(_ head: MessageHead) throws(ProxyError) {
        let target = try RequestCheck.connectTarget(of: head, via: context.forwarded.via)
        self.target = target
        if let pass = try gateTurn.ask(context.gate, gateRequest(head, target), for: self) { dial(pass) }
    }

    // MARK: The gate

    private func gateRequest(_ head: MessageHead, _ target: RequestTarget) -> GateRequest {
        GateRequest(head: head, target: target, client: client, session: session)
    }

    func gate(_ gate: Gate, loggedIn outcome: Result<ClientUser, ProxyError>) {
        guard gateTurn.isWaiting, let message, let target else { return }
        do throws(ProxyError) {
            dial(try gateTurn.resume(gate, gateRequest(message.head, target), outcome))
        } catch { refuse(error) }
    }

    private func dial(_ pass: GatePass) {
        guard let destination = pass.destination else { return }
        self.destination = destination
        let origin = destination.origin.key
        let dial = self.dial ?? NameDial(context.connector)
        self.dial = dial
        // Clients of tunnels do: TLS begins with them. An origin that does waits a moment.
        dial.renew(
            host: origin.host, port: origin.port, addresses: destination.addresses, speaksFirst: true,
            judge: destination, owner: self)
        dial.start()
    }

    // MARK: The dial

    func nameDial(_ dial: NameDial, connected socket: Socket) {
        guard let response else { return socket.close() }
        let session = context.takeTunnel()
        session.begin(client: client, session: self.session, startedNs: startedNs, line: line, methodCount)
        session.resolveNs = dial.resolveNs
        session.connectNs = dial.connectNs
        response.delegate = nil
        reset()
        let answer: StaticString = "HTTP/1.1 200 Connection Established\r\n\r\n"
        response.takeOver { client, early, clientEnded in
            client.write(answer)
            session.open(
                client: client, origin: socket, toOrigin: early, toClient: UnsafeRawBufferPointer(start: nil, count: 0),
                clientEnded: clientEnded, status: 200)
        }
        if !session.isOpen {
            socket.close()
            context.recycle(session)
        }
        context.recycle(self)
    }

    func nameDial(_ dial: NameDial, failed failure: ConnectFailure) {
        guard let destination else { return }
        refuse(ProxyError(ExchangeFailure(connect: failure), destination))
    }

    // MARK: The client

    func responseBlocked(_ response: ServerResponse) {}
    func responseDrained(_ response: ServerResponse) {}

    func responseAborted(_ response: ServerResponse, _ failure: ClientFailure) {
        if gateTurn.isWaiting { context.gate.cancel(self) }
        dial?.cancel()
        finish(status: 0, failure: FailureReport(failure))
    }

    private func refuse(_ error: ProxyError) {
        guard let response else { return }
        let report = FailureReport(error)
        // Before the answer: the client may ask again, on another loop, as soon as it has it.
        session?.seat?.closeTunnel()
        context.errors.send(error, report, to: response, asHTML: prefersHTML, closing: true)
        finish(status: error.status, failure: report)
    }

    private func finish(status: Int, failure: FailureReport) {
        guard let response else { return }
        var record = AccessRecord(client: client)
        record.user = gateTurn.user
        record.method = UnsafeRawBufferPointer(rebasing: line.bytes[..<methodCount])
        record.target = UnsafeRawBufferPointer(rebasing: line.bytes[methodCount...])
        record.status = status
        record.toClientBytes = response.payloadBytes
        record.resolveNs = destination == nil ? 0 : dial?.resolveNs ?? 0
        record.totalNs = context.loop.nowNs - startedNs
        if let target {
            record.host = UnsafeRawBufferPointer(rebasing: record.target[Int(target.host.start)..<target.host.end])
            record.port = target.port ?? 0
        }
        context.finished(record, failure: failure)
        session?.seat?.closeTunnel()
        reset()
        context.recycle(self)
    }

    /// Lets go of the request.
    private func reset() {
        response = nil
        message = nil
        target = nil
        session = nil
        gateTurn = GateTurn()
        destination = nil
    }
}
