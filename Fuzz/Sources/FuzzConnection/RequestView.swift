import FuzzSupport

/// What a strict reader makes of a stream of requests.
struct RequestView {
    struct Request {
        let head: ReferenceHead
        let target: ReferenceTarget?
        let framing: ReferenceFraming
        let body: ReferenceBody
        /// Index behind the last byte, when the request is complete.
        let end: Int?
    }

    enum End {
        /// Between two messages.
        case boundary
        case insideHead
        case insideBody
        case illegal
        /// Behind a CONNECT.
        case tunnel
    }

    private(set) var requests: [Request] = []
    private(set) var end = End.boundary

    init(_ bytes: [UInt8], _ limits: ReferenceHead.Limits = ReferenceHead.Limits()) {
        var at = 0
        while at < bytes.count {
            let head: ReferenceHead
            let bodyStart: Int
            switch ReferenceHead.read(bytes[at...], .request, limits) {
            case .head(let read, let behind): (head, bodyStart) = (read, behind)
            case .incomplete:
                end = .insideHead
                return
            case .illegal:
                end = .illegal
                return
            }
            guard let framing = head.requestFraming else {
                end = .illegal
                return
            }
            let body = ReferenceBody.read(framing, bytes[bodyStart...], ended: false)
            var behind: Int?
            if case .complete(let index) = body.state { behind = index }
            let isConnect = head.method == Array("CONNECT".utf8)
            let target = ReferenceTarget.read(head.target, method: head.method)
            requests.append(Request(head: head, target: target, framing: framing, body: body, end: behind))
            if isConnect {
                end = .tunnel
                return
            }
            guard let behind else {
                end = body.state == .illegal ? .illegal : .insideBody
                return
            }
            at = behind
        }
    }

    /// Only the first `count`.
    mutating func keep(_ count: Int) {
        requests.removeLast(max(0, requests.count - count))
        end = .boundary
    }
}
