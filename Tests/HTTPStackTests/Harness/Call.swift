import Engine
import HTTPWire
import TestSupport

@testable import HTTPStack

/// One request and everything that came of it.
///
/// SAFETY: `@unchecked Sendable`: confined to the loop that `start` is called on.
final class Call: ClientRequestDelegate, IncomingMessageDelegate, @unchecked Sendable {
    struct Outcome: Sendable {
        var status: Int?
        var body: [UInt8] = []
        var trailers: Int?
        var information: [Int] = []
        var isReused = false
        var upgrade: [UInt8]?
        /// No response came.
        var failure: ExchangeFailure?
        /// The response was cut off.
        var cut: ExchangeFailure?

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let request = ClientRequest()
    private let head: UnsafeMutableRawBufferPointer
    private let body: [UInt8]
    /// Is the body kept from ending, so that the test decides?
    private let staysOpen: Bool
    private var outcome = Outcome()
    private var waiting: CheckedContinuation<Outcome, Never>?
    private var isDone = false
    private(set) var isAssigned = false

    init(_ text: String, body: [UInt8] = [], staysOpen: Bool = false) {
        let bytes = Array(text.utf8)
        head = .allocate(byteCount: bytes.count, alignment: 1)
        head.copyBytes(from: bytes)
        self.body = body
        self.staysOpen = staysOpen
        request.headBytes = UnsafeRawBufferPointer(head)
        if !body.isEmpty { request.framing = .length(Int64(body.count)) }
    }

    deinit { head.deallocate() }

    static func get(_ path: String = "/") -> Call { Call("GET \(path) HTTP/1.1\r\nHost: o\r\n\r\n") }

    func start(_ agent: Agent, _ origin: SocketAddress) {
        request.delegate = self
        Array(origin.host.utf8).withUnsafeBytes { agent.start(request, host: $0, port: origin.port) }
    }

    /// The outcome, once there is one. On the loop.
    func whenDone(_ waiting: CheckedContinuation<Outcome, Never>) {
        if isDone { waiting.resume(returning: outcome) } else { self.waiting = waiting }
    }

    private func finish() {
        isDone = true
        outcome.isReused = request.isReusedSocket
        waiting?.resume(returning: outcome)
        waiting = nil
    }

    func requestAssigned(_ request: ClientRequest) {
        isAssigned = true
        body.withUnsafeBytes { _ = request.write($0) }
        if !staysOpen { request.end() }
    }

    func request(_ request: ClientRequest, information head: MessageHead) { outcome.information.append(head.status) }

    func request(_ request: ClientRequest, response message: IncomingMessage) {
        outcome.status = message.head.status
        message.delegate = self
        message.resume()
    }

    func request(
        _ request: ClientRequest, upgraded head: MessageHead, socket: Socket, early: UnsafeRawBufferPointer
    ) {
        outcome.status = head.status
        outcome.upgrade = Array(early)
        _ = Array("over to you".utf8).withUnsafeBytes { socket.write($0) }
        socket.flush()
        socket.close()
        finish()
    }

    func requestBlocked(_ request: ClientRequest) {}
    func requestDrained(_ request: ClientRequest) {}

    func request(_ request: ClientRequest, failed failure: ExchangeFailure) {
        outcome.failure = failure
        finish()
    }

    func message(_ message: IncomingMessage, data: UnsafeRawBufferPointer) { outcome.body += data }

    func messageEnded(_ message: IncomingMessage) {
        outcome.trailers = message.trailerHead?.fieldCount
        finish()
    }

    func messageAborted(_ message: IncomingMessage, _ failure: ExchangeFailure) {
        outcome.cut = failure
        finish()
    }
}
