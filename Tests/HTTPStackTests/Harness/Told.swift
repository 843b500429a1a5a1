import Engine
import TestSupport

@testable import HTTPStack

/// What a request told, in order: `socket`, `response 200`, `end`, `close` and so on.
///
/// SAFETY: `@unchecked Sendable`: written on the request's loop, and read elsewhere only after the request is over.
final class Told: @unchecked Sendable {
    private(set) var events: [String] = []
    private(set) var body: [UInt8] = []
    private(set) var failure: ExchangeFailure?
    private(set) var request: ClientRequest?
    private(set) var response: IncomingMessage?
    /// The address that its socket was bound to.
    private(set) var localHost: String?
    private var isOver = false
    private var waiting: CheckedContinuation<Void, Never>?

    var text: String { String(decoding: body, as: UTF8.self) }
    var status: Int? { response?.statusCode }

    func note(_ event: String) { events.append(event) }

    /// Listens to everything but `onConnect` and `onUpgrade`.
    func follow(_ request: ClientRequest) {
        self.request = request
        request.onSocket = { [self] socket in
            localHost = socket.localAddress?.host
            note("socket")
        }
        request.onContinue = { [self] in note("continue") }
        request.onInformation = { [self] in note("information \($0.statusCode)") }
        request.onDrain = { [self] in note("drain") }
        request.onFinish = { [self] in note("finish") }
        request.onTimeout = { [self] in note("timeout") }
        request.onAbort = { [self] in note("abort") }
        request.onError = { [self] in
            failure = $0
            note("error \($0.code)")
        }
        request.onClose = { [self] in
            note("close")
            isOver = true
            waiting?.resume()
            waiting = nil
        }
        request.onResponse = { [self] message in take(message) }
    }

    func take(_ message: IncomingMessage) {
        response = message
        note("response \(message.statusCode)")
        message.onData = { [self] in body += $0 }
        message.onEnd = { [self] in note("end") }
        message.onAborted = { [self] in note("aborted \($0.code)") }
    }

    func whenOver(_ waiting: CheckedContinuation<Void, Never>) {
        if isOver { waiting.resume() } else { self.waiting = waiting }
    }
}
