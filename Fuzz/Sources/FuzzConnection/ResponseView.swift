import FuzzSupport

/// What a strict reader makes of a stream of responses, knowing the requests they answer.
struct ResponseView {
    struct Response {
        /// 1xx that came before.
        var interim: [ReferenceHead]
        let head: ReferenceHead
        let body: ReferenceBody

        var isComplete: Bool { if case .complete = body.state { true } else { false } }
    }

    private(set) var responses: [Response] = []
    /// 1xx without a final response yet.
    private(set) var interim: [ReferenceHead] = []
    /// Where the bytes stop being HTTP: behind a 101, or a 2xx to CONNECT.
    private(set) var tunnelStart: Int?
    private(set) var isIllegal = false

    /// Reads `bytes`; `ended` when FIN came behind them. Answers beyond `methods` are read as to GET.
    init(
        _ bytes: [UInt8], methods: [[UInt8]], ended: Bool, _ limits: ReferenceHead.Limits = ReferenceHead.Limits()
    ) {
        var at = 0
        while at < bytes.count {
            let head: ReferenceHead
            let bodyStart: Int
            switch ReferenceHead.read(bytes[at...], .response, limits) {
            case .head(let read, let end): (head, bodyStart) = (read, end)
            case .incomplete: return
            case .illegal:
                isIllegal = true
                return
            }
            if head.status < 200, head.status != 101 {
                interim.append(head)
                at = bodyStart
                continue
            }
            let method = responses.count < methods.count ? methods[responses.count] : Array("GET".utf8)
            guard let framing = head.responseFraming(to: method) else {
                isIllegal = true
                return
            }
            let body = ReferenceBody.read(framing, bytes[bodyStart...], ended: ended)
            responses.append(Response(interim: interim, head: head, body: body))
            interim = []
            if head.status == 101 || (method == Array("CONNECT".utf8) && head.status < 300) {
                tunnelStart = bodyStart
                return
            }
            guard case .complete(let end) = body.state else {
                isIllegal = body.state == .illegal
                return
            }
            at = end
        }
    }
}
