import HTTPWire
import ProxyApp

extension MicroCase {
    /// Heads as they go on to the other side.
    static let heads = [
        MicroCase("forward-request-short") { forward(request: Messages.shortRequest) },
        MicroCase("forward-request-browser") { forward(request: Messages.browserRequest) },
        MicroCase("forward-request-100-fields", operations: 400) { forward(request: Messages.longRequest) },
        MicroCase("forward-response") { forward(response: Messages.response) },
        MicroCase("forward-response-30-fields") { forward(response: Messages.longResponse) },
    ]

    private static func forward(request text: String) -> Work {
        let head = parsed(.request, text)
        let heads = MeasuredHeads(via: "proxyd")
        let room = Bytes.room(16_384)
        guard let target = try? RequestTarget.parse(head.bytes(head.targetRange), method: head.method) else {
            preconditionFailure("the target of the case is not legal")
        }
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                var writer = HeadWriter(room)
                heads.write(request: head, target: target, to: &writer)
                sum &+= writer.count
            }
            return sum
        }
    }

    private static func forward(response text: String) -> Work {
        let head = parsed(.response, text)
        let heads = MeasuredHeads(via: "proxyd")
        let room = Bytes.room(16_384)
        return { operations in
            var sum = 0
            for _ in 0..<operations {
                var writer = HeadWriter(room)
                heads.write(response: head, framing: .length(12), to: &writer)
                sum &+= writer.count
            }
            return sum
        }
    }

    private static func parsed(_ kind: HeadParser.Kind, _ text: String) -> MessageHead {
        let head = MessageHead()
        var parser = HeadParser(kind: kind)
        guard case .complete? = try? parser.parse(Bytes.kept(text), into: head) else {
            preconditionFailure("the head of the case is not legal")
        }
        return head
    }
}
