import Engine
import HTTPWire
import TestSupport

@testable import HTTPStack

/// The smallest relay: what one client asks goes to one origin, sized bodies by splice, both ways.
///
/// SAFETY: `@unchecked Sendable`: confined to the server's loop.
final class MiniRelay: ClientRequestDelegate, IncomingMessageDelegate, ServerResponseDelegate, @unchecked Sendable {
    private let agent: Agent
    private let origin: SocketAddress
    private let head: UnsafeMutableRawBufferPointer
    private let request = ClientRequest()
    private var message: IncomingMessage?
    private var response: ServerResponse?
    private var answer: IncomingMessage?
    /// Payload bytes that went through this relay's hands, and not past them by splice.
    private let copied: Shared<Int>

    init(
        _ agent: Agent, origin: SocketAddress, copied: Shared<Int>, _ message: IncomingMessage,
        _ response: ServerResponse
    ) {
        self.agent = agent
        self.origin = origin
        self.copied = copied
        self.message = message
        self.response = response
        var text = "\(message.method) / HTTP/1.1\r\nHost: o\r\n"
        if case .length(let count) = message.framing { text += "Content-Length: \(count)\r\n" }
        text += "\r\n"
        head = .allocate(byteCount: text.utf8.count, alignment: 1)
        head.copyBytes(from: Array(text.utf8))
        response.delegate = self
        request.delegate = self
        request.method = message.head.method
        request.framing = message.framing
        request.headBytes = UnsafeRawBufferPointer(head)
        keptAlive = self
        Array(origin.host.utf8).withUnsafeBytes { agent.start(request, host: $0, port: origin.port) }
    }

    /// The request holds its delegate weakly.
    private var keptAlive: MiniRelay?

    deinit { head.deallocate() }

    private func end() {
        message = nil
        response = nil
        answer = nil
        keptAlive = nil
    }

    func requestAssigned(_ request: ClientRequest) {
        guard let message, !message.isComplete else { return request.end() }
        message.delegate = self
        message.splice(to: request, fromBytes: 65_536)
        message.resume()
    }

    func request(_ request: ClientRequest, information head: MessageHead) {}

    func request(_ request: ClientRequest, response answer: IncomingMessage) {
        guard let response else { return }
        self.answer = answer
        answer.delegate = self
        if case .length(let count) = answer.framing { try? response.setHeader("Content-Length", "\(count)") }
        try? response.writeHead(answer.head.status)
        answer.splice(to: response, fromBytes: 65_536)
        answer.resume()
    }

    func request(_ request: ClientRequest, upgraded head: MessageHead, socket: Socket, early: UnsafeRawBufferPointer) {
        socket.close()
    }

    func requestBlocked(_ request: ClientRequest) { message?.pause() }
    func requestDrained(_ request: ClientRequest) { if let message, !message.isComplete { message.resume() } }

    func request(_ request: ClientRequest, failed failure: ExchangeFailure) {
        try? response?.writeHead(502)
        response?.end()
        end()
    }

    func message(_ source: IncomingMessage, data: UnsafeRawBufferPointer) {
        let count = data.count
        copied.update { $0 += count }
        let takesMore = source === answer ? response?.write(data) ?? true : request.write(data)
        if !takesMore { source.pause() }
    }

    func messageEnded(_ source: IncomingMessage) {
        guard source === answer else { return request.end() }
        response?.end()
        end()
    }

    func messageAborted(_ source: IncomingMessage, _ failure: ExchangeFailure) {
        guard source === answer else { return }
        response?.destroy()
        end()
    }

    func responseBlocked(_ response: ServerResponse) { answer?.pause() }
    func responseDrained(_ response: ServerResponse) { answer?.resume() }

    func responseAborted(_ response: ServerResponse, _ failure: ClientFailure) {
        request.abort()
        end()
    }
}
