import Engine
import HTTPStack
import HTTPWire
import Policy

/// A CONNECT request until it is a tunnel or an error: checks it, dials, and answers 200 only when the origin is connected.
///
/// Bytes that the client sends ahead are held until then (at most a block of them is read), and go to the origin exactly as
/// they came.
final class ConnectSession: NameDialOwner, ServerResponseDelegate {
    private let context: LoopContext
    private var response: ServerResponse?
    private var client = SocketAddress.unix(path: "")
    private let line = ByteStore(capacity: 128)
    private var methodCount = 0
    private var dial: NameDial?
    private var startedNs: UInt64 = 0
    private var host = ""
    private var port: UInt16 = 0

    init(_ context: LoopContext) { self.context = context }

    func begin(_ message: IncomingMessage, _ response: ServerResponse) {
        let head = message.head
        self.response = response
        response.delegate = self
        client = response.clientAddress
        startedNs = context.loop.nowNs
        line.append(head.bytes(head.methodRange))
        methodCount = line.count
        line.append(head.bytes(head.targetRange))
        do throws(ProxyError) { try connect(head) } catch { refuse(error) }
    }

    private func connect(_ head: MessageHead) throws(ProxyError) {
        guard head.hostCount == 1 || (head.hostCount == 0 && head.versionMinor == 0) else { throw .host }
        if let via = context.forwarded.via, ViaField.names(via, in: head) { throw .loop }
        let bytes = head.bytes(head.targetRange)
        let target: RequestTarget
        do { target = try RequestTarget.parse(bytes, method: .connect) } catch { throw ProxyError(error) }
        guard target.form == .authority, let port = target.port else { throw .connectMethodTarget }
        host = String(
            decoding: UnsafeRawBufferPointer(rebasing: bytes[Int(target.host.start)..<target.host.end]), as: UTF8.self)
        self.port = port
        let decision = context.policy.decide(connectPort: port)
        guard decision.isAllowed else { throw ProxyError(decision, host: host, port: port) }
        let dial = NameDial(connector: context.connector, host: host, port: port, owner: self)
        self.dial = dial
        dial.start()
    }

    // MARK: The dial

    func nameDial(_ dial: NameDial, connected socket: Socket) {
        self.dial = nil
        guard let response else { return socket.close() }
        let session = TunnelSession(
            context, client: client, startedNs: startedNs, line: line, methodCount)
        session.resolveNs = dial.resolveNs
        session.connectNs = dial.connectNs
        self.response = nil
        response.delegate = nil
        let answer: StaticString = "HTTP/1.1 200 Connection Established\r\n\r\n"
        response.takeOver { client, early, clientEnded in
            client.write(answer)
            session.open(
                client: client, origin: socket, toOrigin: early, toClient: UnsafeRawBufferPointer(start: nil, count: 0),
                clientEnded: clientEnded, status: 200)
        }
        if !session.isOpen { socket.close() }
    }

    func nameDial(_ dial: NameDial, failed failure: ConnectFailure) {
        refuse(ProxyError(ExchangeFailure(connect: failure), host: host, port: port))
    }

    // MARK: The client

    func responseBlocked(_ response: ServerResponse) {}
    func responseDrained(_ response: ServerResponse) {}

    func responseAborted(_ response: ServerResponse, _ failure: ClientFailure) {
        dial?.cancel()
        finish(status: 0, reason: failure.token)
    }

    private func refuse(_ error: ProxyError) {
        guard let response else { return }
        error.send(response, closing: true)
        finish(status: error.status, reason: error.token)
    }

    private func finish(status: Int, reason: StaticString) {
        guard let response else { return }
        var record = AccessRecord(client: client)
        record.method = UnsafeRawBufferPointer(rebasing: line.bytes[..<methodCount])
        record.target = UnsafeRawBufferPointer(rebasing: line.bytes[methodCount...])
        record.status = status
        record.toClientBytes = response.payloadBytes
        record.resolveNs = dial?.resolveNs ?? 0
        record.totalNs = context.loop.nowNs - startedNs
        record.reason = reason
        context.finished(record, failure: reason)
        self.response = nil
        dial = nil
    }
}
