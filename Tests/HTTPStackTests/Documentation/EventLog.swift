import Engine
import HTTPStack
import TestSupport

/// What happened, in order, as a program's closures tell it. Everything runs on one loop.
final class EventLog {
    private(set) var lines: [String] = []

    func callAsFunction(_ line: String) {
        // How bytes are cut up says nothing about order.
        if line.hasSuffix("data"), lines.last == line { return }
        lines.append(line)
    }

    /// Follows a message.
    func follow(_ message: IncomingMessage, _ name: String = "message") {
        message.onEnd = { self("\(name) end") }
        message.onAborted = { _ in self("\(name) aborted") }
        message.onClose = { self("\(name) close") }
        message.onData = { _ in self("\(name) data") }
    }

    /// Follows a response that is being sent.
    func follow(_ response: ServerResponse) {
        response.onDrain = { self("response drain") }
        response.onFinish = { self("response finish") }
        response.onClose = { self("response close") }
    }

    /// Follows a request that is being sent, and its response.
    func follow(_ request: ClientRequest) {
        request.onSocket = { _ in self("socket") }
        request.onContinue = { self("continue") }
        request.onInformation = { self("information \($0.statusCode)") }
        request.onResponse = {
            self("response")
            self.follow($0)
        }
        request.onFinish = { self("finish") }
        request.onAbort = { self("abort") }
        request.onError = { _ in self("error") }
        request.onClose = { self("close") }
    }

    /// Follows a socket in the program's hands, and ends it with its peer.
    func follow(_ socket: Socket) {
        socket.onEnd = {
            self("socket end")
            socket.end()
        }
        socket.onError = { _ in self("socket error") }
        socket.onClose = { self("socket close") }
        socket.onData = { _ in self("socket data") }
    }
}
