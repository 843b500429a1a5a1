import HTTPStack
import HTTPWire

/// Answers the admin listener: the page, the figures as JSON and for Prometheus, and the two health checks.
///
/// Confined to the loop of its server. The server does not hold it: whoever makes it keeps it. It owns no socket and
/// changes nothing; what it tells is described in `docs/admin.md`.
public final class AdminEndpoint: ServerDelegate {
    private struct Pending {
        let response: ServerResponse
        let isHead: Bool
        let answer: (ProcessSnapshot) -> AdminAnswer
    }

    private let collect: (@escaping (ProcessSnapshot) -> Void) -> Void
    private let isDraining: () -> Bool
    /// Set before the server accepts.
    var token: AdminToken?
    private var queue = FigureQueue<Pending>(limit: 256)

    /// Becomes `server`'s delegate.
    ///
    /// `collect` gathers a snapshot from all loops and calls back on the admin's loop, once; it is asked again only after
    /// that. `isDraining` is asked on the admin's loop, for `/ready`.
    public init(
        server: Server, collect: @escaping (@escaping (ProcessSnapshot) -> Void) -> Void,
        isDraining: @escaping () -> Bool
    ) {
        self.collect = collect
        self.isDraining = isDraining
        server.delegate = self
    }

    // MARK: The server's side

    public func server(_ server: Server, request message: IncomingMessage, response: ServerResponse) {
        let isHead = message.head.method == .head
        var route = AdminRoute(method: message.method, target: message.url, hosts: Self.hosts(of: message))
        if route.isSecret, let token, !Self.isOpened(message, by: token) { route = .refused(.noToken) }
        switch route {
        case .page: AdminAnswer.page(nonce: Self.makeNonce()).send(to: response, isHead: isHead)
        case .live: AdminAnswer.live.send(to: response, isHead: isHead)
        case .ready: AdminAnswer.ready(isDraining: isDraining()).send(to: response, isHead: isHead)
        case .status: ask(Pending(response: response, isHead: isHead, answer: AdminAnswer.status))
        case .metrics: ask(Pending(response: response, isHead: isHead, answer: AdminAnswer.metrics))
        case .refused(let refusal): AdminAnswer.refusal(refusal).send(to: response, isHead: isHead)
        }
    }

    public func server(_ server: Server, connect message: IncomingMessage, response: ServerResponse) {
        AdminAnswer.refusal(.tunnel).send(to: response, isHead: false)
    }

    public func server(
        _ server: Server, clientError error: ClientError, message: IncomingMessage, response: ServerResponse
    ) {
        AdminAnswer.line(error.status, error.reason.description).send(to: response, isHead: false)
    }

    private static func isOpened(_ message: IncomingMessage, by token: AdminToken) -> Bool {
        let fields = message.head.fields.filter { $0.id == .authorization }
        // Two of them would be read differently by whoever stands in between.
        return fields.count == 1 && token.opens(authorization: message.head.bytes(fields[0].value))
    }

    private static func hosts(of message: IncomingMessage) -> [String] {
        message.head.fields.filter { $0.id == .host }
            .map { String(decoding: message.head.bytes($0.value), as: UTF8.self) }
    }

    /// 128 bits from the system's generator, in hexadecimal: a page's markup cannot guess it.
    private static func makeNonce() -> String {
        let digits =
            String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    // MARK: Figures

    private func ask(_ pending: Pending) {
        switch queue.ask(pending) {
        case .collect: startCollecting()
        case .wait: break
        case .refuse: AdminAnswer.refusal(.busy).send(to: pending.response, isHead: pending.isHead)
        }
    }

    private func startCollecting() {
        collect { [weak self] snapshot in self?.collected(snapshot) }
    }

    private func collected(_ snapshot: ProcessSnapshot) {
        let (served, collectsAgain) = queue.collected()
        for pending in served { pending.answer(snapshot).send(to: pending.response, isHead: pending.isHead) }
        if collectsAgain { startCollecting() }
    }
}
