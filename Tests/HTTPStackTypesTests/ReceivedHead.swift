import HTTPWire
import Testing

@testable import HTTPStack

/// A message whose head is `bytes`, as a connection would deliver it.
func received(_ kind: HeadParser.Kind, _ bytes: [UInt8]) throws -> IncomingMessage {
    IncomingMessage(head: try parsed(kind, bytes))
}

func received(_ kind: HeadParser.Kind, _ text: String) throws -> IncomingMessage {
    try received(kind, Array(text.utf8))
}

/// A parsed head with bytes of its own.
func parsed(_ kind: HeadParser.Kind, _ bytes: [UInt8]) throws -> MessageHead {
    let head = MessageHead()
    var parser = HeadParser(kind: kind)
    try bytes.withUnsafeBytes { bytes in
        guard case .complete(let count) = try parser.parse(bytes, into: head) else {
            Issue.record("the head is not complete")
            return
        }
        #expect(count == bytes.count)
        head.adopt()
    }
    return head
}
