import Engine

/// What a program wants to hear of a request: the closures behind `request.onResponse` and its kin.
struct RequestEvents {
    var onSocket: ((Socket) -> Void)?
    var onContinue: (() -> Void)?
    var onInformation: ((Information) -> Void)?
    var onResponse: ((IncomingMessage) throws -> Void)?
    var onConnect: ((IncomingMessage, Socket, [UInt8]) throws -> Void)?
    var onUpgrade: ((IncomingMessage, Socket, [UInt8]) throws -> Void)?
    var onDrain: (() -> Void)?
    var onFinish: (() -> Void)?
    var onTimeout: (() -> Void)?
    var onAbort: (() -> Void)?
    var onError: ((ExchangeFailure) -> Void)?
    var onClose: (() -> Void)?
}
